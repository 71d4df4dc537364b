"""Look at what alert rules need and no call tells: the backlog, calls under way, circuits, syncs and the warehouse."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from contract.platform.failures import TransientFailure
from orchestration.alerts.samples import API_NAMES
from orchestration.alerts.timeline import Sample
from orchestration.intake.orphans import live_calls
from orchestration.resources import Platform
from orchestration.state.documents import PENDING
from orchestration.state.tables import CIRCUITS, DELIVERY_LOG, DOCUMENTS

_NEWS = timedelta(days=1)
"""Documents of calls of today and yesterday are a backlog; older ones that wait are an import, which takes its time."""
_MINUTE = timedelta(minutes=1)  # the unit of thresholds of ages


def seen_now(platform: Platform, now: datetime) -> Sample:
    """Return what is seen now. While the store is unavailable the number of calls under way is unknown."""
    with platform.state.reading() as connection:
        depth, oldest = _backlog(connection, now)
        return Sample(
            now,
            queue_depth=depth,
            queue_age_seconds=None if oldest is None else (now - oldest).total_seconds(),
            active_calls=_active_calls(platform, now),
            circuits=_open_circuits(connection, now),
            failing_syncs=_failing_syncs(connection, now),
            warehouse_lag_minutes=_warehouse_lag(connection, now),
        )


def _backlog(connection: Connection, now: datetime) -> tuple[int, datetime | None]:
    c = DOCUMENTS.c
    waiting = c.state.in_(PENDING) & (c.day >= (now - _NEWS).date())
    depth, oldest = connection.execute(select(func.count(), func.min(c.received_at)).where(waiting)).one()
    return depth, oldest


def _active_calls(platform: Platform, now: datetime) -> int | None:
    try:
        return live_calls(platform.store, now, timedelta(seconds=platform.settings.lost_after_seconds))
    except TransientFailure:
        return None


def _open_circuits(connection: Connection, now: datetime) -> frozenset[str]:
    names = connection.execute(select(CIRCUITS.c.destination).where(CIRCUITS.c.open_until > now)).scalars()
    return frozenset(API_NAMES.get(name, name) for name in map(str, names))


def _failing_syncs(connection: Connection, now: datetime) -> dict[str, float]:
    """Return for how many minutes the items of a destination have failed that are tried again."""
    c = DELIVERY_LOG.c
    failing = (c.state == "pending") & c.first_failed_at.is_not(None)
    rows = connection.execute(select(c.destination, func.min(c.first_failed_at)).where(failing).group_by(c.destination))
    return {API_NAMES.get(str(name), str(name)): (now - since) / _MINUTE for name, since in rows.tuples() if since is not None}


def _warehouse_lag(connection: Connection, now: datetime) -> float:
    """Return for how many minutes an analysed call has waited for its build; 0 when none waits."""
    c = DOCUMENTS.c
    oldest = connection.execute(select(func.min(c.analysed_at)).where(c.first_seq > 0, c.state == "analysed")).scalar_one()
    return 0.0 if oldest is None else (now - oldest) / _MINUTE
