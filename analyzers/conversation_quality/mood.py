"""Measure how the caller's mood moved and how satisfied they are (spec 3.3; contract: user_satisfaction)."""

from __future__ import annotations

from math import fsum

from analyzers.conversation_quality.models import QualityMetric, SentimentProgression
from analyzers.language.annotations import SentimentLabel
from analyzers.sentiment.report import SentimentReport
from analyzers.targets import MetricStatus, QualityTargets

TARGET = "positive or improving"
_STABLE: dict[SentimentLabel, MetricStatus] = {"positive": "good", "neutral": "warning", "negative": "poor"}


def progression(sentiment: SentimentReport, targets: QualityTargets) -> SentimentProgression:
    """Compare the mood of the first and the last quarter.

    Good: improving, or positive at the end; poor: declining, or negative at the end.
    """
    start, end, trend = sentiment.segments.opening, sentiment.segments.closing, sentiment.trend
    course = f"stable_{end.label or sentiment.overall.label}" if trend == "stable" else trend
    return SentimentProgression(
        value=trend,
        target=TARGET,
        status=_status(sentiment),
        score=targets.progression_scores[course] if course else None,
        reason=None if trend else sentiment.reason or "caller_spoke_in_one_quarter",
        start=start.label,
        end=end.label,
        start_score=start.score,
        end_score=end.score,
    )


def satisfaction(
    overall: float | None, sentiment: SentimentReport, answered: tuple[int, int], targets: QualityTargets
) -> QualityMetric:
    """Return 10 x mean(overall / 10, (sentiment score + 1) / 2, share of questions answered); without questions the first two."""
    score = sentiment.overall.score
    if overall is None or score is None:
        return QualityMetric.within(None, targets.user_satisfaction, sentiment.reason or "no_overall_score")
    hits, cases = answered
    parts = [overall / 10, (score + 1) / 2, *([hits / cases] if cases else [])]
    return QualityMetric.within(round(10 * fsum(parts) / len(parts), 2), targets.user_satisfaction, "")


def _status(sentiment: SentimentReport) -> MetricStatus:
    end = sentiment.segments.closing.label or sentiment.overall.label
    match sentiment.trend:
        case None:
            return "unavailable"
        case "improving":
            return "good"
        case "declining":
            return "warning" if end == "positive" else "poor"
        case "stable":
            return _STABLE[end or "neutral"]
