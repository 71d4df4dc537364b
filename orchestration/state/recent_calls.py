"""Keep what alert rules look at: one row a call of the last 35 days, written when the call becomes known."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, delete, select

from contract.platform.batching import batches
from orchestration.state.database import insert_or_ignore, upsert
from orchestration.state.tables import RECENT_CALLS

KEPT = timedelta(days=35)
"""Five weeks: what is normal is the median of four of them, and the present one is under way."""
_AT_ONCE = 500  # rows or keys in one statement: SQLite takes 32,766 bound values, and a row has 25
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class WatchedCall:
    """One call as alert rules see it; the columns' comments in ``tables/alerts.py`` explain the fields. Test calls have none."""

    call_key: str
    source: Literal["analysed", "lost", "rejected"]
    known_at: datetime
    ended_at: datetime
    started_at: datetime | None
    failed: bool | None
    reason: str
    agent_version: str | None = None
    minutes: float | None = None
    replies: int = 0
    latency_ms_sum: int = 0
    components: Mapping[str, Pair] = field(default_factory=dict[str, Pair])
    tokens: int | None = None
    usd: float | None = None
    usd_by_component: Mapping[str, float] = field(default_factory=dict[str, float])
    connection: str | None = None
    region: str | None = None
    apis: Mapping[str, Pair] = field(default_factory=dict[str, Pair])
    errors: Mapping[str, int] = field(default_factory=dict[str, int])
    engagement: float | None = None
    engagement_reason: str | None = None
    failed_searches: tuple[str, ...] = ()
    feature_requests: tuple[tuple[str, str], ...] = ()


def record_analysed_calls(connection: Connection, calls: Sequence[WatchedCall], store_keys: Collection[str], now: datetime) -> None:
    """Enter analysed calls. They correct what is there of the same call, but for when it became known; ``store_keys`` are those of
    their documents, which are rejected no more."""
    for some in batches(store_keys, _AT_ONCE):
        connection.execute(delete(RECENT_CALLS).where(RECENT_CALLS.c.call_key.in_(some)))
    corrected = [one.name for one in fields(WatchedCall) if one.name not in ("call_key", "known_at")]
    for rows in _rows(connection, calls, now):
        upsert(connection, RECENT_CALLS, rows, lambda new, old: {name: new[name] for name in corrected})


def record_failed_calls(connection: Connection, calls: Sequence[WatchedCall], now: datetime) -> None:
    """Enter lost calls and rejected documents; what is there of the same call stays, since it is known better."""
    for rows in _rows(connection, calls, now):
        insert_or_ignore(connection, RECENT_CALLS, rows)


def calls_ended_since(connection: Connection, moment: datetime) -> list[WatchedCall]:
    """Return the calls that ended or became known after a moment, in the order in which they became known."""
    c = RECENT_CALLS.c
    query = select(RECENT_CALLS).where((c.ended_at > moment) | (c.known_at > moment)).order_by(c.known_at, c.call_key)
    return [_call(dict(row)) for row in connection.execute(query).mappings()]


def _rows(connection: Connection, calls: Sequence[WatchedCall], now: datetime) -> Iterator[list[dict[str, Any]]]:
    """Give the rows of what ended in the last 35 days in portions, and remove what is older."""
    connection.execute(delete(RECENT_CALLS).where(RECENT_CALLS.c.ended_at < now - KEPT))
    for some in batches((call for call in calls if call.ended_at >= now - KEPT), _AT_ONCE):
        yield [{one.name: getattr(call, one.name) for one in fields(call)} for call in some]


def _call(row: Mapping[str, Any]) -> WatchedCall:
    values = dict(row)
    for name in ("components", "apis"):
        values[name] = {key: (n, total) for key, (n, total) in row[name].items()}
    values["failed_searches"] = tuple(row["failed_searches"])
    values["feature_requests"] = tuple((feature, quote) for feature, quote in row["feature_requests"])
    return WatchedCall(**values)
