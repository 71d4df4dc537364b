"""Find what documents are sent for: the first and most named kind is the primary one (spec 3.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import near, span
from analyzers.language.embedded.text.words import word_set

_PLAIN_VERBS = word_set("offer offers estimate estimates contract contracts form forms bids bills")
_SUBJECTS = word_set(
    "i you we they he she it who to do does did can could will would should may might must not don't doesn't didn't can't i'd we'd "
    "you'd they'd i'll we'll you'll they'll"
)
_PRONOUNS = word_set("me you him")
_OBJECT = 24
"""Characters after a verb within which the person stands who is quoted: 'to quote my old colleague'."""
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
        if not _is_verb(turn, hit) and not in_a_name(turn, hit)
    ]
    weights: Counter[str] = Counter()
    for turn, hit, key in found:
        weights[key] += _weight(turn, hit, key)
    order = {key: -turn.position for turn, _, key in reversed(found)}
    primary = max(weights, key=lambda key: (weights[key], order[key], key), default=None)
    for turn, hit, key in found:
        if not turn.negated(hit.start):
            yield span(turn, SpanType.USE_CASE, hit, key, min(0.9, 0.45 + 0.1 * _weight(turn, hit, key)), primary=key == primary)


def in_a_name(turn: Turn, hit: Hit) -> bool:
    """Return whether the word is part of a product's name: 'Better Proposals'."""
    return any(name.start <= hit.start and hit.end <= name.end for name in turn.names)


def _is_verb(turn: Turn, hit: Hit) -> bool:
    """Return whether a word for a document is a verb here: 'do you offer', 'we'd estimate', 'to quote my colleague'."""
    word, before = turn.low[hit.start : hit.end], turn.before(hit.start, 1)
    if word in _PLAIN_VERBS:
        return bool(_SUBJECTS & set(before))
    people = turn.hits_in(hit.end, hit.end + _OBJECT, *turn.labelled("people"))
    named = bool(_PRONOUNS & set(turn.after(hit.end, 1)))
    return word == "quote" and (named or (before == ["to"] and bool(people)))


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
