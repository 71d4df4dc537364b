"""Turn the metrics into words: red flags, strengths and improvements (spec 3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzers.advice import Advice, QualityAdvice, shown
from analyzers.conversation_quality.models import Improvement, QualityMetric, Remark
from analyzers.sentiment.report import SentimentReport

Rated = Sequence[tuple[str, QualityMetric]]


def rated(metrics: Mapping[str, QualityMetric], weights: Mapping[str, float]) -> Rated:
    """Return the metrics that were measured against a target, those that cost the overall score most first."""

    def loss(entry: tuple[str, QualityMetric]) -> float:
        name, metric = entry
        return -weights.get(name, 0.0) * (10 - (metric.score if metric.score is not None else 10))

    known = [(name, metric) for name, metric in metrics.items() if metric.status in ("good", "warning", "poor")]
    return sorted(known, key=loss)


def red_flags(metrics: Rated, advice: Advice) -> tuple[Remark, ...]:
    found = [(name, metric, advice.quality[name]) for name, metric in metrics if metric.status == "poor" and name in advice.quality]
    return tuple(_remark(name, metric, words.flag, words.text) for name, metric, words in found)


def strengths(metrics: Rated, advice: Advice) -> tuple[Remark, ...]:
    found = [(name, metric, advice.quality[name]) for name, metric in metrics if metric.status == "good" and name in advice.quality]
    return tuple(_remark(name, metric, words.strength, words.praise) for name, metric, words in found)


def improvements(metrics: Rated, advice: Advice) -> tuple[Improvement, ...]:
    missed: list[tuple[str, QualityAdvice]] = [
        (name, advice.quality[name]) for name, metric in metrics if metric.status in ("warning", "poor") and name in advice.quality
    ]
    return tuple(Improvement(metric=name, text=words.advice) for name, words in missed)


def frustration(sentiment: SentimentReport, limit: int, advice: Advice) -> tuple[Remark, ...]:
    """Return a separate red flag for frustration, since the score only compares the mood at the beginning and the end."""
    markers = sentiment.frustration
    if len(markers) < limit and not any(marker.intensity == "high" for marker in markers):
        return ()
    return (_worded("frustration", len(markers), advice.quality["frustration"].flag, advice.quality["frustration"].text),)


def resolution(answered: tuple[int, int], advice: Advice) -> tuple[Remark, ...]:
    """Return a strength when every question of the caller was answered."""
    hits, cases = answered
    words = advice.quality["unanswered_questions"]
    return (_worded("unanswered_questions", cases, words.strength, words.praise),) if cases and hits == cases else ()


def open_questions(answered: tuple[int, int], advice: Advice) -> tuple[Remark, ...]:
    """Return a red flag when fewer than half of the caller's questions were answered."""
    hits, cases = answered
    words = advice.quality["unanswered_questions"]
    return (_worded("unanswered_questions", cases - hits, words.flag, words.text),) if 2 * hits < cases else ()


def _worded(metric: str, value: int, kind: str, text: str) -> Remark:
    return Remark(kind=kind, metric=metric, value=value, text=text.format(value=value))


def _remark(name: str, metric: QualityMetric, kind: str, text: str) -> Remark:
    return Remark(kind=kind, metric=name, value=metric.value, text=text.format(value=shown(metric.value)))
