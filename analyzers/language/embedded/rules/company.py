"""Find facts about the caller's company: industry, location, reach (spec 3.1, 3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import near, span
from analyzers.language.embedded.text.words import word_set
from contract.platform.calendar_words import MONTH_NUMBERS, WEEKDAY_NUMBERS

_PLACE = re.compile(r"(?:[A-Z][\w'\-]{1,24}+)(?:[ ,]{1,2}(?:[A-Z][\w'\-]{1,24}+|de|la|del|of)){0,3}")
_NOT_PLACES = word_set(
    "i i'm i'll i've word excel google pandadoc english spanish french german the a an christmas stripe settings hr it legal sales"
    " finance labor end memorial thanksgiving easter"
).union(WEEKDAY_NUMBERS, MONTH_NUMBERS)
_STOP = re.compile(r"[.?!]")
"""A stop before a capital letter: it begins a sentence ("what we're in. So we wait") and is no name."""
_OPENING_TURNS = 10
"""Turns from the start in which callers introduce their company, so an industry named there is more likely their own."""


def industries(conversation: Conversation) -> Iterator[Span]:
    """Yield the industries the caller names, most confident where the caller says what the company is or does."""
    for turn in conversation.user_turns:
        asked = turn.asked("prompts.industry", "prompts.use_case")
        for label in turn.labelled("industry"):
            for hit in turn.hits(label)[:2]:
                if turn.negated(hit.start) or turn.in_question(hit.start):
                    continue
                own = near(turn, hit, "company.self", reach=45)
                confidence = 0.35 + 0.35 * own + 0.15 * asked + (0.1 if turn.position < _OPENING_TURNS else 0.0)
                yield span(turn, SpanType.INDUSTRY, hit, label.removeprefix("industry."), confidence)


def locations(conversation: Conversation) -> Iterator[Span]:
    """Yield a capitalised name after 'based in', 'here in', 'we're in'."""
    for turn in conversation.user_turns:
        starts = [(hit.end, 0.75) for hit in turn.hits("company.place")]
        if turn.asked("prompts.location") and turn.words:
            starts.append((turn.words[0].start, 0.7))
        for start, confidence in starts:
            match = _PLACE.search(turn.text, start, start + 40)
            if match is None or match.start() > start + 14 or match.group().split()[0].strip(",").lower() in _NOT_PLACES:
                continue
            if _STOP.search(turn.text, start, match.start()):
                continue
            if any(match.start() < n.end for n in turn.names_in(match.start() - 20, match.start() + 1)):
                continue
            if _is_courtesy(turn, match.start()):
                continue
            yield span(turn, SpanType.LOCATION, Hit(match.start(), match.end()), match.group().rstrip(" ,"), confidence)


def _is_courtesy(turn: Turn, offset: int) -> bool:
    """Return whether a capitalised word is no name but 'Sorry?', 'Perfect.' or 'Okay', which the call's own cues know."""
    said = turn.hits_in(offset, offset + 1, *turn.labelled("acts"), *turn.labelled("mood"), *turn.labelled("emotions"))
    return bool(said)


def presences(conversation: Conversation) -> Iterator[Span]:
    """Yield offices, branches and countries: how widely the company is present."""
    for turn in conversation.user_turns:
        for hit in turn.hits("company.presence")[:3]:
            if not turn.in_question(hit.start) and not turn.negated(hit.start):
                yield span(turn, SpanType.MARKET_PRESENCE, hit, turn.text[hit.start : hit.end], 0.55)
