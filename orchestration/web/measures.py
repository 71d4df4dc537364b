"""Give the platform's measures as Prometheus reads them; what was not measured is absent, never 0."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from contract.platform.failures import VoiceError
from contract.platform.times import real_time
from orchestration.delivery.log import delivery_totals
from orchestration.resources import Platform
from orchestration.state.database import StateDatabase
from orchestration.state.reconciliation import reconcile
from orchestration.state.tables import CIRCUITS, DOCUMENTS
from orchestration.warehouse.manifest import read_manifest
from orchestration.web.health import health
from orchestration.web.service import service_of

_OUTCOMES = ("sent", "pending", "parked", "suppressed", "superseded", "unknown")
_STATES = ("discovered", "claimed", "analysed", "rejected")


def metrics(request: Request) -> Response:
    """Return all measures as of now in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(PlatformCollector(service_of(request).platform))  # pyright: ignore[reportArgumentType]
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class PlatformCollector:
    """Read the state database and the manifest for each scrape; a part that cannot be read leaves its measures out."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("voice_up", "Whether a part can be read: 1 or 0.", labels=["part"])
        for part, reason in health(self._platform).items():
            up.add_metric([part], float(reason is None))
        yield up
        now = self._platform.now()
        yield from self._of_state(now)
        yield from _of_publication(self._platform, now)

    def _of_state(self, now: datetime) -> list[Metric]:
        try:
            return [*_of_documents(self._platform.state, now), *_of_deliveries(self._platform.state)]
        except (VoiceError, SQLAlchemyError):
            return []


def _of_documents(state: StateDatabase, now: datetime) -> Iterator[Metric]:
    totals = reconcile(state, now)
    with state.reading() as connection:
        counted = dict(connection.execute(select(DOCUMENTS.c.state, func.count()).group_by(DOCUMENTS.c.state)).tuples().all())
    by_state = GaugeMetricFamily("voice_calls", "Documents of calls by state of the ledger.", labels=["state"])
    for name in _STATES:
        by_state.add_metric([name], counted.get(name, 0))
    yield by_state
    yield GaugeMetricFamily("voice_calls_pending", "Documents received that are neither analysed nor rejected.", totals.pending)
    rejected = GaugeMetricFamily("voice_calls_rejected", "Documents rejected, by reason.", labels=["reason"])
    for reason in totals.reasons:
        rejected.add_metric([reason.reason], reason.documents)
    yield rejected
    if totals.oldest_pending_seconds is not None:
        name, meaning = "voice_calls_oldest_pending_seconds", "Age of the oldest pending document; absent when none is pending."
        yield GaugeMetricFamily(name, meaning, totals.oldest_pending_seconds)


def _of_deliveries(state: StateDatabase) -> Iterator[Metric]:
    items = GaugeMetricFamily("voice_deliveries", "Items by vendor, kind and outcome.", labels=["vendor", "kind", "outcome"])
    for total in delivery_totals(state):
        for outcome in _OUTCOMES:
            items.add_metric([total["destination"], total["kind"], outcome], total[outcome])
    yield items
    circuits = GaugeMetricFamily("voice_circuit_open", "Whether a vendor is left alone after failures: 1 or 0.", labels=["vendor"])
    now = real_time()  # circuits open and close by it, also when VOICE_NOW is pinned
    with state.reading() as connection:
        for row in connection.execute(select(CIRCUITS)):
            circuits.add_metric([row.destination], float(row.open_until is not None and row.open_until > now))
    yield circuits


def _of_publication(platform: Platform, now: datetime) -> Iterator[Metric]:
    try:
        manifest = read_manifest(platform.settings.published_dir)
    except (OSError, ValueError):
        return
    if manifest and manifest.published_at:
        age = max(0.0, (now - manifest.published_at).total_seconds())
        yield GaugeMetricFamily("voice_warehouse_age_seconds", "Time since the last build was published; absent before it.", age)
