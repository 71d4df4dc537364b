"""Other people on the caller's side, what weight they carry, and whether they take part (spec 3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.conversation import Conversation, Turn
from analyzers.language.embedded.cues import Hit
from analyzers.language.embedded.spans import near, span

_INFLUENCES = ("decision_maker", "gatekeeper", "user")


def stakeholders(conversation: Conversation) -> Iterator[Span]:
    """Each role once a turn; the caller's own role is none."""
    for turn in conversation.user_turns:
        own = turn.hits("authority.role")
        for influence in _INFLUENCES:
            for label in turn.labelled(f"stakeholders.{influence}"):
                hits = [h for h in turn.hits(label) if not any(o.start <= h.start < o.end for o in own[:20])]
                if hits and not turn.in_question(hits[0].start):
                    yield _stakeholder(turn, hits[0], label.rpartition(".")[2], influence)


def _stakeholder(turn: Turn, hit: Hit, role: str, influence: str) -> Span:
    decides = near(turn, hit, "authority.needs_approval", "authority.influences", reach=50)
    if influence != "user" and decides:
        influence = "decision_maker"
    engagement = (
        "will_join"
        if near(turn, hit, "stakeholders.engaged")
        else "needs_convincing"
        if near(turn, hit, "stakeholders.persuade")
        else None
    )
    return span(turn, SpanType.STAKEHOLDER, hit, role, 0.75 if decides else 0.55, influence=influence, engagement=engagement)
