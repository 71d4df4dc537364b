"""Measure what needs no understanding of words: turns, interruptions and silences (spec 3.3)."""

from __future__ import annotations

from math import fsum
from typing import NamedTuple

from analyzers.conversation_quality.models import DeadAir, QualityMetric, SilentGap
from analyzers.durations import call_minutes, call_seconds, silences
from analyzers.targets import QualityTargets
from contract.document.session import SessionDocument

RULE = (
    "a gap of more than {seconds:g} s between two turns counts in full; overlaps are no gaps; "
    "before the first and after the last turn nothing counts"
)


class Interruptions(NamedTuple):
    total: QualityMetric
    per_minute: QualityMetric


def turn_balance(document: SessionDocument, targets: QualityTargets) -> QualityMetric:
    """Return user turns / agent turns (not speaking time)."""
    user, agent = len(document.turns("user")), len(document.turns("agent"))
    reason = "no_agent_turns" if document.transcript else "no_transcript"
    return QualityMetric.within(user / agent if agent else None, targets.turn_balance, reason)


def interruptions(document: SessionDocument, targets: QualityTargets) -> Interruptions:
    """Count the caller's interruptions of the agent; a document without any timings did not record them: null, not 0."""
    count = len(document.interruptions) if _recorded(document) else None
    minutes = call_minutes(document)
    rate = count / minutes if count is not None and minutes else None
    return Interruptions(
        QualityMetric.within(count, targets.interruptions, "not_recorded"),
        QualityMetric.within(rate, targets.interruptions_per_minute, "not_recorded" if count is None else "no_duration"),
    )


def dead_air(document: SessionDocument, targets: QualityTargets) -> DeadAir:
    """Return silence between turns as a percentage of the call's duration, at most 100."""
    found, length = silences(document), call_seconds(document)
    long = [gap for gap in found or () if gap.seconds > targets.gap_seconds]
    total = fsum(gap.seconds for gap in long)
    percentage = min(100.0, 100 * total / length) if found is not None and length else None
    metric = QualityMetric.within(percentage, targets.dead_air_percentage, _why_no_dead_air(document, found is None))
    return DeadAir(
        **metric.model_dump(),
        rule=RULE.format(seconds=targets.gap_seconds),
        seconds=None if found is None else round(total, 3),
        gaps=tuple(
            SilentGap(after_item_id=g.after, before_item_id=g.before, started_at=g.started_at, seconds=round(g.seconds, 3))
            for g in long
        ),
    )


def _recorded(document: SessionDocument) -> bool:
    timed = any(item.started_at is not None for item in document.transcript)
    return bool(document.interruptions or document.metrics) or timed


def _why_no_dead_air(document: SessionDocument, times_missing: bool) -> str:
    if not document.transcript:
        return "no_transcript"
    return "times_missing" if times_missing else "no_duration"
