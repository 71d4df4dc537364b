"""When a decision is due or use begins, and how pressing it is (LABELS: decision_timeline, urgency)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.conversation import Conversation, Turn
from analyzers.language.embedded.cues import Hit
from analyzers.language.embedded.spans import near, span

BUCKETS = ("this_week", "this_month", "this_quarter", "next_quarter", "evaluating")
_REACH = 75


def timelines(conversation: Conversation) -> Iterator[Span]:
    """Words of time beside words of deciding, buying or starting, or in reply to 'when'; the value is the words themselves."""
    for turn in conversation.user_turns:
        asked = turn.asked("prompts.timeline", "prompts.authority")
        buckets = [(hit, bucket) for bucket in BUCKETS for hit in turn.hits(f"timing.{bucket}")]
        for hit, bucket in buckets:
            decides = near(turn, hit, "timing.decision", "authority.decides", reach=_REACH)
            deferred = bucket == "evaluating" and near(turn, hit, "objections.timing_concern", "timing.relaxed", reach=_REACH)
            if turn.in_question(hit.start) or not (asked or decides or deferred):
                continue
            confidence = 0.8 if asked else 0.65
            confidence -= 0.2 if _about_documents(turn, hit) else 0.0
            yield span(
                turn, SpanType.DECISION_TIMELINE, hit, turn.text[hit.start : hit.end], confidence, tense="future", bucket=bucket
            )
        taken = {hit.start for hit, _ in buckets}
        yield from _dates(turn, asked, taken)


def _dates(turn: Turn, asked: bool, taken: set[int]) -> Iterator[Span]:
    """Dates that only the calendar can place ('by the twelfth of January'): passed on in words."""
    for hit in turn.hits("actions.when"):
        covered = any(hit.start - 4 <= start < hit.end for start in taken) if len(taken) < 50 else True
        decides = near(turn, hit, "timing.decision", reach=_REACH)
        if not covered and not turn.in_question(hit.start) and (asked or decides):
            yield span(
                turn, SpanType.DECISION_TIMELINE, hit, turn.text[hit.start : hit.end], 0.65 if asked else 0.5, tense="future"
            )


def _about_documents(turn: Turn, hit: Hit) -> bool:
    """'I sent four NDAs today' tells of the work, not of the decision."""
    return near(turn, hit, "quantities.documents", "tools.manual", reach=30) and not near(turn, hit, "timing.deadline_cause")


def urgencies(conversation: Conversation) -> Iterator[Span]:
    for turn in conversation.user_turns:
        asked = turn.asked("prompts.timeline")
        for label, value in (("timing.urgent", "high"), ("timing.relaxed", "low"), ("timing.steady", "medium")):
            for hit in turn.hits(label)[:3]:
                supported = asked or near(turn, hit, "timing.decision", reach=_REACH) or value == "low" or _pressing(turn, hit)
                if supported and not turn.in_question(hit.start) and not turn.negated(hit.start):
                    yield span(turn, SpanType.URGENCY, hit, value, 0.7 if asked else 0.55)


def _pressing(turn: Turn, hit: Hit) -> bool:
    """Words that press by themselves, unlike 'today' or 'tomorrow'."""
    return turn.low[hit.start : hit.end].startswith(
        ("asap", "as soon", "urgent", "emergency", "desperat", "can't wait", "drowning", "losing", "lost", "on fire", "deadline")
    )
