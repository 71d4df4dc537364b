"""Find goodbyes on either side, near the end of the call (LABELS: natural_ending)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.language.annotations import Act, ActKind
from analyzers.language.embedded.text.conversation import Conversation, Turn

_TAIL = 5
"""Turns from the end among which a goodbye ends the call; an earlier one is part of the talk."""
_LAST = 3
"""Turns from the end among which plain thanks are a goodbye: the last words of either side, and one reply."""


def goodbyes(conversation: Conversation, turn: Turn) -> Iterator[Act]:
    """Yield a goodbye among the last turns; plain thanks close a call only in a side's last words."""
    left = len(conversation.turns) - turn.position
    if left > _TAIL or turn.item.interrupted:
        return
    hits = turn.hits("acts.goodbye")
    if hits:
        abrupt = turn.is_user and turn.has("acts.cut_off")
        yield Act(kind=ActKind.GOODBYE, start=hits[0].start, end=hits[-1].end, confidence=0.5 if abrupt else 0.9)
        return
    thanks = turn.hits("acts.closing_thanks")
    if thanks and left <= _LAST and not turn.has("acts.cut_off") and not turn.questions:
        yield Act(kind=ActKind.GOODBYE, start=thanks[0].start, end=thanks[-1].end, confidence=0.6)
