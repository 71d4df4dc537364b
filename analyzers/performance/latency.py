"""Measure how long callers waited for replies (spec 1.3, 3.6), in milliseconds."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from math import fsum

from analyzers.availability import Availability, Rate
from analyzers.evidence import ReportModel
from analyzers.targets import Band, MetricStatus, Targets
from contract.document.session import ReplyMetrics

PERCENTILES = "linear interpolation between order statistics, as numpy.quantile and DuckDB's quantile_cont"


class TargetCheck(ReportModel):
    """Compares one figure with its target."""

    metric: str
    value: float | None
    target: str
    status: MetricStatus


class Distribution(Availability):
    """Summarises the replies in which the figure was measured; ``measured_replies`` is their number.

    All null when there are none.
    """

    average: float | None
    p50: float | None
    p95: float | None
    p99: float | None
    max: int | None
    measured_replies: int


class ComponentLatency(ReportModel):
    """Measures one stage of a reply; ``status`` compares the average with the stage's target (``measured`` where there is none)."""

    average: float | None
    p50: float | None
    p95: float | None
    p99: float | None
    max: int | None
    measured_replies: int
    target: str | None
    status: MetricStatus


class Latency(ReportModel):
    """Summarises ``total_latency`` = eou_delay + llm_ttft + tts_ttfb.

    ``end_to_end`` is what was measured from the caller's side.
    """

    average: float | None
    p50: float | None
    p95: float | None
    p99: float | None
    max: int | None
    measured_replies: int
    status: MetricStatus
    reason: str | None
    unit: str = "ms"
    percentiles: str = PERCENTILES
    targets: tuple[TargetCheck, ...]
    replies_within_target: Rate
    end_to_end: Distribution


class LatencyComponents(ReportModel):
    eou_delay: ComponentLatency
    llm_ttft: ComponentLatency
    tts_ttfb: ComponentLatency
    stt_duration: ComponentLatency


def total_latency(reply: ReplyMetrics) -> int | None:
    """Return the document's figure, else the sum of its three parts, else None: a missing part is never taken as 0."""
    if reply.total_latency is not None:
        return reply.total_latency
    if reply.eou_delay is None or reply.llm_ttft is None or reply.tts_ttfb is None:
        return None
    return reply.eou_delay + reply.llm_ttft + reply.tts_ttfb


def distribution(values: Sequence[int | None]) -> Distribution:
    """Summarise values in any order, without nulls: percentiles as in ``PERCENTILES``, rounded to 4 decimals."""
    measured = sorted(value for value in values if value is not None)
    if not measured:
        return Distribution(
            status="unavailable", reason="not_measured", average=None, p50=None, p95=None, p99=None, max=None, measured_replies=0
        )
    cuts = statistics.quantiles(measured, n=100, method="inclusive") if len(measured) > 1 else [float(measured[0])] * 99
    return Distribution(
        average=round(fsum(measured) / len(measured), 4),
        p50=round(cuts[49], 4),
        p95=round(cuts[94], 4),
        p99=round(cuts[98], 4),
        max=measured[-1],
        measured_replies=len(measured),
    )


def latency(metrics: Sequence[ReplyMetrics], targets: Targets) -> Latency:
    totals = [total_latency(reply) for reply in metrics]
    measured = [value for value in totals if value is not None]
    spread = distribution(totals)
    limits = targets.latency
    checks = (
        _check("average", spread.average, limits.average),
        _check("p95", spread.p95, limits.p95),
        _check("p99", spread.p99, limits.p99),
    )
    return Latency(
        **spread.model_dump(exclude={"status"}),
        status=_worst([check.status for check in checks]),
        targets=checks,
        replies_within_target=Rate.of(sum(map(limits.reply.good, measured)), len(measured)),
        end_to_end=distribution([reply.e2e_latency for reply in metrics]),
    )


def components(metrics: Sequence[ReplyMetrics], targets: Targets) -> LatencyComponents:
    limits = targets.components
    return LatencyComponents(
        eou_delay=_component([reply.eou_delay for reply in metrics], limits.eou_delay),
        llm_ttft=_component([reply.llm_ttft for reply in metrics], limits.llm_ttft),
        tts_ttfb=_component([reply.tts_ttfb for reply in metrics], limits.tts_ttfb),
        stt_duration=_component([reply.stt_duration for reply in metrics], None),
    )


def _component(values: Sequence[int | None], band: Band | None) -> ComponentLatency:
    spread = distribution(values)
    measured_only: MetricStatus = "unavailable" if spread.average is None else "measured"
    return ComponentLatency(
        **spread.model_dump(exclude={"status", "reason"}),
        target=band.target if band else None,
        status=band.status(spread.average) if band else measured_only,
    )


def _check(metric: str, value: float | None, band: Band) -> TargetCheck:
    return TargetCheck(metric=metric, value=value, target=band.target, status=band.status(value))


def _worst(statuses: Sequence[MetricStatus]) -> MetricStatus:
    order: tuple[MetricStatus, ...] = ("unavailable", "poor", "warning", "good")
    return next(status for status in order if status in statuses)
