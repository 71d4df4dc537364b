"""Find what is unusual within one call: spikes, bursts of errors and errors that recur (spec 3.6)."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Literal

from analyzers.evidence import ReportModel
from analyzers.performance.latency import total_latency
from analyzers.performance.tokens import reply_tokens
from analyzers.targets import AnomalyTargets
from contract.document.session import CallError, ReplyMetrics, SessionDocument

UNKNOWN = "unknown"


class Anomaly(ReportModel):
    """Describes an anomaly.

    ``value`` beside what is ``normal`` for this call (its median), or a count of errors from ``timestamp`` to ``until``.
    """

    kind: Literal["latency_spike", "token_spike", "error_burst", "recurring_error"]
    timestamp: datetime | None
    until: datetime | None = None
    item_id: str | None = None
    value: float
    normal: float | None = None
    unit: Literal["ms", "tokens", "errors"]
    errors: tuple[str, ...] = ()


def anomalies(document: SessionDocument, targets: AnomalyTargets) -> tuple[Anomaly, ...]:
    """Return the anomalies in order of kind, then of the document."""
    return (
        *_spikes("latency_spike", "ms", document.metrics, total_latency, targets.spike_ratio),
        *_spikes("token_spike", "tokens", document.metrics, reply_tokens, targets.spike_ratio),
        *_bursts(document.errors, targets),
        *_recurring(document.errors, targets.recurring_errors),
    )


def _spikes(
    kind: Literal["latency_spike", "token_spike"],
    unit: Literal["ms", "tokens"],
    metrics: Sequence[ReplyMetrics],
    figure: Callable[[ReplyMetrics], int | None],
    ratio: float,
) -> Iterator[Anomaly]:
    measured = [(reply, value) for reply in metrics if (value := figure(reply)) is not None]
    if not measured:
        return
    normal = float(statistics.median(value for _, value in measured))
    for reply, value in measured:
        if value > ratio * normal:
            yield Anomaly(kind=kind, timestamp=reply.timestamp, item_id=reply.item_id, value=value, normal=normal, unit=unit)


def _bursts(errors: Sequence[CallError], targets: AnomalyTargets) -> Iterator[Anomaly]:
    """Yield runs of errors that fit into the window, none counted twice; an error without a time belongs to none."""
    timed = sorted(((error.timestamp, _name(error)) for error in errors if error.timestamp), key=lambda entry: entry[0])
    first = 0
    while first < len(timed):
        last = first
        while last + 1 < len(timed) and (timed[last + 1][0] - timed[first][0]).total_seconds() <= targets.burst_seconds:
            last += 1
        run = timed[first : last + 1]
        if len(run) < targets.burst_errors:
            first += 1
            continue
        names = tuple(sorted({name for _, name in run}))
        yield Anomaly(kind="error_burst", timestamp=run[0][0], until=run[-1][0], value=len(run), unit="errors", errors=names)
        first = last + 1


def _recurring(errors: Sequence[CallError], at_least: int) -> Iterator[Anomaly]:
    by_name: defaultdict[str, list[CallError]] = defaultdict(list)
    for error in errors:
        by_name[_name(error)].append(error)
    for name, alike in sorted(by_name.items()):
        if len(alike) >= at_least:
            times = sorted(error.timestamp for error in alike if error.timestamp)
            first, last = (times[0], times[-1]) if times else (None, None)
            yield Anomaly(kind="recurring_error", timestamp=first, until=last, value=len(alike), unit="errors", errors=(name,))


def _name(error: CallError) -> str:
    """Name an error by component and type: its message may hold anything and stays in the document."""
    return f"{error.component or UNKNOWN}: {error.type or UNKNOWN}"
