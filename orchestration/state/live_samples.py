"""Keep what was sampled each minute of calls under way and of the queue."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, case, delete, func, select

from orchestration.state.builds import change_arrived
from orchestration.state.database import insert_or_ignore, upsert
from orchestration.state.tables import LIVE_SAMPLES

KEPT = timedelta(days=7)
"""How long a sample stays: rules and panels look at minutes, a person at the days of an incident."""
MIRROR_MINUTES = 5
"""Minutes between builds that samples alone make due: half of what the panel of active calls takes for news."""

ACTIVE_CALLS, QUEUE_DEPTH, QUEUE_AGE = "active_calls", "queue_depth", "queue_age_seconds"

Sampled = dict[str, tuple[str, float | None]]
"""Source and value by measure; a value is null when its source told none."""


def minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def record_samples(connection: Connection, sampled: Sampled, now: datetime) -> int:
    """Record the samples of this minute, unless it has some already; return the number of new ones. Old ones go.

    Every five minutes a build is made due when a figure has changed since the last of them, so that the warehouse mirrors it.
    """
    minute = minute_of(now)
    rows = [{"sampled_at": minute, "measure": m, "source": source, "value": value} for m, (source, value) in sampled.items()]
    new = insert_or_ignore(connection, LIVE_SAMPLES, rows)
    connection.execute(delete(LIVE_SAMPLES).where(LIVE_SAMPLES.c.sampled_at < now - KEPT))
    if new and minute.minute % MIRROR_MINUTES == 0 and _changed_since(connection, minute - timedelta(minutes=MIRROR_MINUTES)):
        change_arrived(connection)
    return new


def raise_age(connection: Connection, source: str, seconds: float, now: datetime) -> None:
    """Record the age of the oldest message of the queue seen in this minute, unless an older one was seen in it."""
    row = {"sampled_at": minute_of(now), "measure": QUEUE_AGE, "source": source, "value": seconds}
    upsert(
        connection,
        LIVE_SAMPLES,
        [row],
        lambda new, old: {"value": case((new.value > func.coalesce(old.value, -1.0), new.value), else_=old.value)},
    )


def _changed_since(connection: Connection, minute: datetime) -> bool:
    """Return whether any measure had more than one value since a minute; no value counts as one."""
    c = LIVE_SAMPLES.c
    values = func.count(c.value.distinct()) + func.max(case((c.value.is_(None), 1), else_=0))
    query = select(c.measure).where(c.sampled_at >= minute).group_by(c.measure).having(values > 1).limit(1)
    return connection.execute(query).first() is not None
