"""Decide which of several figures of a call stands: the last one that was corrected, summed up unopposed, or asked for again.

Callers count aloud and agents say the result; a figure of an agent that the caller does not contradict was worth 6 to 16 points of
team size on callers nobody had seen (measured on the golden calls of six writers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from analyzers.language.annotations import Span
from analyzers.language.embedded.text.conversation import FILLERS_AND_SO, Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.words import word_set

Source = Literal["said", "asked_again", "corrected", "summed_up"]
SETTLED = 0.95
"""Confidence of a figure that was corrected or summed up and not contradicted: above any that is merely said."""
BRIEF_REPLY = 12
"""Words up to which a reply to a figure is about the figure: 'No. Five, with the table.'"""
_TAKES_BACK = word_set("no nope not actually sorry wait correction mean meant rather said wrong")
_OPENING = 4
"""Words of an opening, or before a figure, that may take an earlier figure back."""
_DENIES = word_set("no nope not wrong")


class StatedFigure(NamedTuple):
    """Holds a figure as said at a place of the conversation (``position`` of the turn), and how it came about."""

    position: int
    source: Source
    span: Span


def settled(claims: Iterable[StatedFigure]) -> Iterator[Span]:
    """Yield the figures that stand, in order: of those before a correction or a summary only the ones that agree with it."""
    ordered = sorted(claims, key=lambda claim: claim.position)
    last = _last_settling(ordered)
    for at, claim in enumerate(ordered):
        if at == last:
            yield claim.span.model_copy(update={"confidence": SETTLED})
        elif at > last or claim.span.value == ordered[last].span.value:
            yield claim.span


def _last_settling(ordered: list[StatedFigure]) -> int:
    """Return the place of the figure that settles the matter; an answer does so only when it was plainly asked for again."""
    last = -1
    for at, claim in enumerate(ordered):
        if claim.source in ("corrected", "summed_up") or (claim.source == "asked_again" and last >= 0):
            last = at
    return last


def corrects(turn: Turn, offset: int, *, answers: bool) -> bool:
    """Return whether words right before a figure take an earlier one back, or in an answer those that open the turn."""
    opening = [word.text for word in turn.words[:_OPENING] if word.text not in FILLERS_AND_SO] if answers else []
    return bool(_TAKES_BACK & {*turn.before(offset, _OPENING), *opening})


def evidence_for(conversation: Conversation, reply: Turn, value: float) -> tuple[Turn, Hit] | None:
    """Return the caller's words for a figure of the agent: the yes after it, the same figure before it, else what it sums up."""
    following, caller = next_of_caller(conversation, reply), reply.prompt
    if following is not None and following.affirms:
        return following, _opening(following)
    same = next((n for n in reversed(caller.numbers) if round(n.value) == round(value)), None) if caller else None
    if caller is not None and caller.sentences:
        return caller, Hit(same.start, same.end) if same else _opening(caller)
    return (following, _opening(following)) if following is not None and following.sentences else None


def _opening(turn: Turn) -> Hit:
    return turn.quote_at(Hit(turn.sentences[0].start, turn.sentences[0].start))


def contradicted(conversation: Conversation, reply: Turn) -> bool:
    """Return whether the caller's next turn opens with a 'no' or 'you would be wrong'."""
    following = next_of_caller(conversation, reply)
    return following is not None and denies(following)


def denies(turn: Turn) -> bool:
    """Return whether a turn opens with 'no', 'not' or 'then you would be wrong'."""
    return not turn.affirms and bool(_DENIES & {word.text for word in turn.words[:_OPENING]})


def next_of_caller(conversation: Conversation, reply: Turn) -> Turn | None:
    """Return the caller's turn right after an agent's; None when the agent goes on or the call ends."""
    following = conversation.turns[reply.position + 1 : reply.position + 2]
    return following[0] if following and following[0].is_user else None
