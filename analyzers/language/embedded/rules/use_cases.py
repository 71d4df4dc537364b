"""Find what documents are sent for: the first and most named kind is the primary one (spec 3.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import near, span

_OWN_CUES = (
    "company.self",
    "feature_requests.must",
    "quantities.week",
    "quantities.month",
    "quantities.day",
    "tools.using",
    "prompts.use_case",
)


def use_cases(conversation: Conversation) -> Iterator[Span]:
    """Yield each kind of document the caller names; ``primary`` marks the one of most weight, the earliest on a tie."""
    found = [
        (turn, hit, label.removeprefix("use_case."))
        for turn in conversation.user_turns
        for label in turn.labelled("use_case")
        for hit in turn.hits(label)
    ]
    weights: Counter[str] = Counter()
    for turn, hit, key in found:
        weights[key] += _weight(turn, hit, key)
    order = {key: -turn.position for turn, _, key in reversed(found)}
    primary = max(weights, key=lambda key: (weights[key], order[key], key), default=None)
    for turn, hit, key in found:
        if not turn.negated(hit.start):
            yield span(turn, SpanType.USE_CASE, hit, key, min(0.9, 0.45 + 0.1 * _weight(turn, hit, key)), primary=key == primary)


def _weight(turn: Turn, hit: Hit, key: str) -> int:
    """Weigh a mention: what the caller makes or counts is more than a passing word, 'contract' with a vendor hardly anything."""
    if near(turn, hit, "switching_barriers.contractual", "signals.explicit_strong", reach=20) and key in (
        "contracts",
        "invoices",
        "quotes",
    ):
        return 0
    asked = turn.asked("prompts.use_case", "prompts.pain", "prompts.volume")
    early = turn.position < 8
    return 1 + 2 * asked + early + near(turn, hit, *_OWN_CUES, reach=40) - (key == "other")
