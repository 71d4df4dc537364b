"""Measure how the caller's mood moved and how satisfied they are (spec 3.3)."""

from __future__ import annotations

from analyzers.conversation_quality.models import QualityMetric, SentimentProgression
from analyzers.language.annotations import SentimentLabel
from analyzers.sentiment.report import SentimentReport
from analyzers.targets import MetricStatus, QualityTargets, weighted

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
    """Return 10 x the weighted mean of overall / 10, the mood's share and the share of questions answered; null parts drop out.

    The mood counts most and the answers least: whether a question was answered is told too unsurely, and callers rate how the
    talk felt (``docs/reports.md``).
    """
    score = sentiment.overall.score
    if overall is None or score is None:
        return QualityMetric.within(None, targets.user_satisfaction, sentiment.reason or "no_overall_score")
    hits, cases = answered
    model = targets.satisfaction
    mood = min(1.0, max(0.0, model.calm + model.slope * score))
    parts = {"overall": overall / 10, "sentiment": mood, "answered": hits / cases if cases else None}
    mean = weighted(parts, model.weights)
    return QualityMetric.within(None if mean is None else round(10 * mean, 2), targets.user_satisfaction, "no_overall_score")


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
