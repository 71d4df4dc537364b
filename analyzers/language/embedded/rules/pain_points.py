"""Find problems the caller has today, with what they cost (spec 3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import Polarity, modality_at, span

_IMPACT = re.compile(
    r"(?:cost\w{0,3} (?:us|me)|lo(?:se|st|ses|sing)|takes? (?:me|us|them)?|spend\w{0,3}|wast\w{1,4}"
    r"|went with|half of|hours? (?:a|every)|days?\b|cancell?ed)[^.?!]{0,80}"
)

_ASKED = 0.2
"""Confidence a problem gains in reply to the question of what is hard: enough to be believed whatever the reader makes of it."""
_ASKED_TOOL = 0.15
"""Confidence a problem gains in reply to the question of how it is done today."""


def pain_points(conversation: Conversation) -> Iterator[Span]:
    """Yield one span for a topic in a sentence; ``impact`` quotes what is lost by it."""
    for turn in conversation.user_turns:
        seen: set[tuple[str, int]] = set()
        for label in turn.labelled("pain_points"):
            topic = label.removeprefix("pain_points.")
            for hit in turn.hits(label):
                quote = turn.quote_at(hit)
                if (topic, quote.start) in seen or turn.in_question(hit.start):
                    continue
                seen.add((topic, quote.start))
                yield _pain(turn, hit, quote, topic)


def _pain(turn: Turn, hit: Hit, quote: Hit, topic: str) -> Span:
    found = _IMPACT.search(turn.low, quote.start, quote.end)
    impact = turn.text[found.start() : found.end()].strip() if found else None
    asked = _ASKED if turn.asked("prompts.pain") else _ASKED_TOOL if turn.asked("prompts.tool") else 0.0
    polarity: Polarity = (
        "negated"
        if turn.negated(hit.start) and not turn.low[hit.start : hit.end].startswith(("no ", "not ", "never", "don't"))
        else "affirmed"
    )
    confidence = 0.5 + asked + (0.1 if impact else 0.0)
    return span(
        turn, SpanType.PAIN_POINT, quote, topic, confidence, polarity=polarity, modality=modality_at(turn, hit.start), impact=impact
    )
