"""Score a call against its performance targets: latency, reliability, efficiency and the grade (spec 3.6)."""

from __future__ import annotations

from analyzers.evidence import ReportModel
from analyzers.performance.latency import Latency
from analyzers.performance.tokens import Tokens
from analyzers.targets import MetricStatus, PerformanceTargets, Targets, weighted
from contract.document.session import SessionDocument


class Reliability(ReportModel):
    """Holds the ``error_rate``: errors per agent reply over ``replies``; tool failures are shown beside it, not in it."""

    error_rate: float | None
    errors: int
    replies: int
    tool_failures: int
    ended_in_error: bool
    target: str
    status: MetricStatus


class Scores(ReportModel):
    """Holds scores from 0 to 10 with one decimal; null when their figures were not measured."""

    latency: float | None
    reliability: float | None
    efficiency: float | None
    overall: float | None
    grade: str | None


def reliability(document: SessionDocument, targets: PerformanceTargets) -> Reliability:
    replies = max(len(document.metrics), len(document.turns("agent")))
    rate = len(document.errors) / replies if replies else None
    return Reliability(
        error_rate=None if rate is None else round(rate, 4),
        errors=len(document.errors),
        replies=replies,
        tool_failures=sum(1 for call in document.tool_calls if call.error),
        ended_in_error=document.disconnect_reason == "error",
        target=targets.error_rate.target,
        status=targets.error_rate.status(rate),
    )


def scores(latency: Latency, reliable: Reliability, tokens: Tokens, targets: Targets) -> Scores:
    limits = targets.performance
    parts = {
        "latency": targets.latency.average.score(latency.average),
        "reliability": _reliability_score(reliable, limits),
        "efficiency": weighted(
            {
                "all": limits.tokens_per_turn.score(tokens.per_turn),
                "new": limits.completion_per_turn.score(tokens.completion_per_turn),
            },
            {"all": 1, "new": 1},
        ),
    }
    measured_work = parts["latency"] is not None or parts["efficiency"] is not None
    overall = _one_decimal(weighted(parts, limits.weights)) if measured_work else None
    return Scores(**{name: _one_decimal(value) for name, value in parts.items()}, overall=overall, grade=limits.grade(overall))


def _reliability_score(reliable: Reliability, limits: PerformanceTargets) -> float | None:
    score = limits.error_rate.score(reliable.error_rate)
    if reliable.ended_in_error:
        return min(limits.failed_call_cap, score if score is not None else limits.failed_call_cap)
    return score


def _one_decimal(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
