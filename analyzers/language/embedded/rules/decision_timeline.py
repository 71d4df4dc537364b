"""Find when a decision is due or use begins, and how urgent it is (LABELS: decision_timeline, urgency)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import near, span
from analyzers.spoken_dates import ORDINAL
from contract.platform.calendar_words import MONTH_NUMBERS

BUCKETS = ("this_week", "this_month", "this_quarter", "next_quarter", "evaluating")
_REACH = 75
"""Characters between words of time and words of deciding in one sentence: about a clause of speech."""
_CLOSE = 45
"""Characters before the time in which an errand or a past event makes it the time of that event."""
_FIRM = 0.06
"""Confidence added when the deciding stands right beside the time, so that a firm date wins over a vague one of the same call."""
_FIRM_REACH = 30
"""Characters before the time that count as right beside it: about five words."""
_MOST = 60
"""Words of time of a turn that are compared with each other; bounds the quadratic comparison for endless speech."""
_BY_DATE = "by date"
_MONTHS = "|".join(word for word in MONTH_NUMBERS if word != "may")  # 'may' is mostly the verb
_CALENDAR = re.compile(rf"\b({_MONTHS}|thanksgiving|halloween|christmas)\b")
_DAY = re.compile(
    rf"\b(?:on |by |before |until |till )?the {ORDINAL}\b(?: of (?:{_MONTHS}|this month|next month|the month))?"
    r"(?=$|[.,;!?]| (?:so|and|at|because|to|if|is|or|for|when|it|we|i|then|with)\b)"
)
_LIMIT = re.compile(r"\b(before|until|till) (the |our |that )?$")


def timelines(conversation: Conversation) -> Iterator[Span]:
    named = list(_named(conversation))
    yield from named or _put_off(conversation)


def _named(conversation: Conversation) -> Iterator[Span]:
    """Yield words of time beside words of deciding, buying or starting, or in reply to 'when'.

    The value is the words themselves. Vague words have their bucket; months, holidays and dates are resolved by the calendar,
    seen from the day of the call.
    """
    for turn in conversation.user_turns:
        asked = turn.asked("prompts.timeline", "prompts.authority")
        for hit, bucket in _times(turn):
            confidence = _timeline_confidence(turn, hit, bucket, asked)
            if confidence:
                words = _with_limit(turn, hit)
                dated = bucket == _BY_DATE or _CALENDAR.search(turn.low[words.start : words.end])
                yield span(
                    turn,
                    SpanType.DECISION_TIMELINE,
                    words,
                    turn.text[words.start : words.end],
                    confidence,
                    tense="future",
                    bucket=None if dated else bucket,
                    firm=True if _firm(turn, hit) else None,
                )


def _put_off(conversation: Conversation) -> Iterator[Span]:
    """Yield an open timeline for 'I'd have to think about it', used when no time is named anywhere."""
    for turn in conversation.user_turns:
        for hit in turn.hits("decision_timeline.open")[:1]:
            if not turn.in_question(hit.start):
                where = turn.quote_at(hit)
                yield span(
                    turn,
                    SpanType.DECISION_TIMELINE,
                    where,
                    turn.text[where.start : where.end],
                    0.45,
                    tense="future",
                    bucket="evaluating",
                )


def _times(turn: Turn) -> list[tuple[Hit, str]]:
    """Return words of time from left to right; of overlapping ones the longest: 'next Thursday' contains no 'Thursday'."""
    found = [(hit, bucket) for bucket in BUCKETS for hit in turn.hits(f"decision_timeline.{bucket}")]
    found += [(hit, _BY_DATE) for hit in turn.hits("actions.when")]
    found += [(Hit(day.start(), day.end()), _BY_DATE) for day in _DAY.finditer(turn.low)]
    kept: list[tuple[Hit, str]] = []
    for hit, bucket in sorted(found, key=lambda one: (one[0].start - one[0].end, one[1] == _BY_DATE))[:_MOST]:
        if not any(hit.start < other.end and other.start < hit.end for other, _ in kept):
            kept.append((hit, bucket))
    return sorted(kept)


def _timeline_confidence(turn: Turn, hit: Hit, bucket: str, asked: bool) -> float:
    """Return the confidence that a decision is meant and not something else that happens then; 0 without any sign."""
    if turn.low[hit.start : hit.end] == "now" and not asked:
        return 0.0
    if turn.in_question(hit.start):
        return 0.5 if near(turn, hit, "decision_timeline.intent", reach=_REACH) else 0.0
    decides = near(turn, hit, "decision_timeline.decision", "authority.decides", reach=_REACH)
    deferred = near(turn, hit, "decision_timeline.deferral", reach=_REACH) or turn.asked("prompts.contact")
    put_off = bucket == "evaluating" and near(turn, hit, "objections.timing_concern", "decision_timeline.relaxed", reach=_REACH)
    if not (asked or decides or deferred or put_off) or (not (asked or deferred) and _of_something_else(turn, hit)):
        return 0.0
    confidence = 0.8 if asked else 0.65 if decides or deferred else 0.5
    return confidence + (_FIRM if _firm(turn, hit) else 0.0) - (0.2 if _about_documents(turn, hit) else 0.0)


def _firm(turn: Turn, hit: Hit) -> bool:
    """Return whether words of deciding stand right beside the time: 'pick one by Friday', 'in January I must know'."""
    start = max(turn.sentence_at(hit.start).start, hit.start - _FIRM_REACH)
    return bool(
        turn.hits_in(start, hit.start, "decision_timeline.firm") or turn.hits_in(hit.end, hit.end + 4, "decision_timeline.firm")
    )


def _of_something_else(turn: Turn, hit: Hit) -> bool:
    """Return whether an errand or a past event stands closer before the time than any decision.

    Examples: 'I'll forward it tomorrow', 'we met on Monday'.
    """
    sentence = turn.sentence_at(hit.start)
    start = max(sentence.start, hit.start - _CLOSE)
    other = turn.hits_in(start, hit.start, "decision_timeline.errand", "decision_timeline.past")
    if not other:
        return False
    return max(h.start for h in other) > max(
        (h.start for h in turn.hits_in(start, hit.start, "decision_timeline.decision")), default=-1
    )


def _with_limit(turn: Turn, hit: Hit) -> Hit:
    """Extend a hit by the 'before' in front of it: 'before January' ends where January begins."""
    before = _LIMIT.search(turn.low[max(0, hit.start - 20) : hit.start])
    return Hit(hit.start - len(before[0]), hit.end) if before else hit


def _about_documents(turn: Turn, hit: Hit) -> bool:
    """Return whether the time belongs to the work, not to the decision: 'I sent four NDAs today'."""
    return near(turn, hit, "quantities.documents", "tools.manual", reach=30) and not near(
        turn, hit, "decision_timeline.deadline_cause"
    )


def urgencies(conversation: Conversation) -> Iterator[Span]:
    for turn in conversation.user_turns:
        asked = turn.asked("prompts.timeline")
        for label, value in (
            ("decision_timeline.urgent", "high"),
            ("decision_timeline.relaxed", "low"),
            ("decision_timeline.steady", "medium"),
        ):
            for hit in turn.hits(label)[:3]:
                supported = (
                    asked or near(turn, hit, "decision_timeline.decision", reach=_REACH) or value == "low" or _pressing(turn, hit)
                )
                if supported and not turn.in_question(hit.start) and not turn.negated(hit.start):
                    yield span(turn, SpanType.URGENCY, hit, value, 0.7 if asked else 0.55)


def _pressing(turn: Turn, hit: Hit) -> bool:
    """Return whether the words are urgent by themselves, unlike 'today' or 'tomorrow'."""
    return turn.low[hit.start : hit.end].startswith(
        ("asap", "as soon", "urgent", "emergency", "desperat", "can't wait", "drowning", "losing", "lost", "on fire", "deadline")
    )
