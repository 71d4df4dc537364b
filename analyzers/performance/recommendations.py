"""Recommend improvements from the statuses of a performance report (spec 3.6, 'optimization recommendations')."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzers.advice import Advice, shown
from analyzers.evidence import ReportModel
from analyzers.performance.anomalies import Anomaly
from analyzers.performance.cost import Cost
from analyzers.performance.latency import Latency, LatencyComponents
from analyzers.performance.score import Reliability
from analyzers.performance.tokens import Tokens
from analyzers.targets import MetricStatus, PerformanceTargets

MISSED: tuple[MetricStatus, ...] = ("warning", "poor")


class Recommendation(ReportModel):
    area: str
    value: float | None
    text: str


def recommendations(
    latency: Latency,
    stages: LatencyComponents,
    reliable: Reliability,
    tokens: Tokens,
    cost: Cost,
    found: Sequence[Anomaly],
    limits: PerformanceTargets,
    advice: Advice,
) -> tuple[Recommendation, ...]:
    areas = [*_waiting(latency, stages), *_working(reliable, tokens, limits)]
    if found:
        areas.append(("anomalies", float(len(found))))
    if any(line.reason in ("price_missing", "model_unknown") for line in cost.lines):
        areas.append(("price", None))
    return tuple(
        Recommendation(area=area, value=value, text=advice.performance[area].format(value=shown(value))) for area, value in areas
    )


def _waiting(latency: Latency, stages: LatencyComponents) -> Iterator[tuple[str, float | None]]:
    by_metric = {check.metric: check for check in latency.targets}
    if by_metric["average"].status in MISSED:
        yield "latency", latency.average
    if by_metric["p95"].status in MISSED:
        yield "tail", latency.p95
    for name, stage in (("eou_delay", stages.eou_delay), ("llm_ttft", stages.llm_ttft), ("tts_ttfb", stages.tts_ttfb)):
        if stage.status in MISSED:
            yield name, stage.average


def _working(reliable: Reliability, tokens: Tokens, limits: PerformanceTargets) -> Iterator[tuple[str, float | None]]:
    if reliable.status in MISSED:
        yield "errors", reliable.error_rate
    if limits.tokens_per_turn.status(tokens.per_turn) in MISSED:
        yield "tokens", tokens.per_turn
    if limits.completion_per_turn.status(tokens.completion_per_turn) in MISSED:
        yield "verbosity", tokens.completion_per_turn
