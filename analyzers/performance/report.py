"""Build the performance report, which needs no words: every call whose replies were measured has one (spec 3.6)."""

from __future__ import annotations

from analyzers.advice import Advice
from analyzers.availability import Availability
from analyzers.call import AnnotatedCall
from analyzers.performance.anomalies import Anomaly, anomalies
from analyzers.performance.connection import ConnectionQuality, connection_quality
from analyzers.performance.cost import Cost, ModelCost, cost, cost_by_model
from analyzers.performance.latency import Latency, LatencyComponents, components, latency
from analyzers.performance.recommendations import Recommendation, recommendations
from analyzers.performance.score import Reliability, reliability, scores
from analyzers.performance.tokens import Tokens, tokens
from analyzers.performance.usage import reported_tokens
from analyzers.targets import Targets
from contract.platform.price_book import PriceBook
from contract.reference import Reference


class PerformanceReport(Availability):
    """Holds the performance report; times and costs are null when it is ``unavailable``.

    The reason ``no_metrics`` means that no reply was measured and no totals were reported.
    """

    latency: Latency
    components: LatencyComponents
    tokens: Tokens
    cost: Cost
    cost_by_model: tuple[ModelCost, ...]
    reliability: Reliability
    connection: ConnectionQuality
    score: float | None
    grade: str | None
    latency_score: float | None
    reliability_score: float | None
    efficiency_score: float | None
    anomalies: tuple[Anomaly, ...]
    recommendations: tuple[Recommendation, ...]


def performance(call: AnnotatedCall, reference: Reference) -> PerformanceReport:
    document, targets, book = call.document, reference.table(Targets), reference.table(PriceBook)
    waited, stages = latency(document.metrics, targets), components(document.metrics, targets)
    used, spent = tokens(document.metrics, reported_tokens(document, book)), cost(document, book)
    reliable, found = reliability(document, targets.performance), anomalies(document, targets.anomalies)
    marks = scores(waited, reliable, used, targets)
    measured = waited.measured_replies or any(line.usd is not None for line in spent.lines if line.component != "livekit")
    return PerformanceReport(
        status="ok" if measured or used.total is not None else "unavailable",
        reason=None if measured or used.total is not None else "no_metrics",
        latency=waited,
        components=stages,
        tokens=used,
        cost=spent,
        cost_by_model=cost_by_model(spent.lines, book),
        reliability=reliable,
        connection=connection_quality(document.connection, targets.connection),
        score=marks.overall,
        grade=marks.grade,
        latency_score=marks.latency,
        reliability_score=marks.reliability,
        efficiency_score=marks.efficiency,
        anomalies=found,
        recommendations=recommendations(waited, stages, reliable, used, spent, found, targets.performance, reference.table(Advice)),
    )
