"""Keep where alert rules stand: the episode of each rule and subject, silences, and what became of recorded alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from orchestration.state.counters import next_value
from orchestration.state.database import upsert
from orchestration.state.tables import ALERT_EPISODES, ALERT_SILENCES, ALERTS


@dataclass(frozen=True)
class ResponseTimes:
    """Alerts of one rule, and how long it took on the mean until one was acknowledged, and resolved; None where none was."""

    rule: str
    alerts: int
    until_acknowledged: timedelta | None
    until_resolved: timedelta | None


def stored_episodes(connection: Connection) -> list[Mapping[str, Any]]:
    return [dict(row) for row in connection.execute(select(ALERT_EPISODES)).mappings()]


def store_episodes(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Put these episodes in place of the stored ones."""
    connection.execute(delete(ALERT_EPISODES))
    if rows:
        connection.execute(insert(ALERT_EPISODES), rows)


def silence(connection: Connection, rule: str, until: datetime, by: str) -> None:
    """Silence a rule until a moment: what it finds is recorded, and no channel gets it."""
    upsert(connection, ALERT_SILENCES, [{"rule": rule, "until": until, "silenced_by": by}])


def silences(connection: Connection, now: datetime) -> dict[str, str]:
    """Return who silenced which rule, of the silences that last."""
    c = ALERT_SILENCES.c
    return dict(connection.execute(select(c.rule, c.silenced_by).where(c.until > now)).tuples().all())


def silence_of(connection: Connection, rule: str, now: datetime) -> Mapping[str, Any] | None:
    """Return until when a rule is silenced and by whom; None when it is not."""
    c = ALERT_SILENCES.c
    row = connection.execute(select(c.until, c.silenced_by).where(c.rule == rule, c.until > now)).mappings().first()
    return dict(row) if row else None


def alert_with_id(connection: Connection, number: int) -> Mapping[str, Any] | None:
    row = connection.execute(select(ALERTS).where(ALERTS.c.id == number)).mappings().first()
    return dict(row) if row else None


def acknowledge(connection: Connection, number: int, by: str, now: datetime) -> bool:
    """Record who acknowledged an alert first; return False when there is none that waits for it."""
    c = ALERTS.c
    seq = next_value(connection, "change")
    waiting = (c.id == number) & c.acknowledged_at.is_(None)
    return bool(
        connection.execute(update(ALERTS).where(waiting).values(acknowledged_at=now, acknowledged_by=by, change_seq=seq)).rowcount
    )


def release(connection: Connection, number: int, message: str, context: Mapping[str, Any], now: datetime) -> bool:
    """Give channels an alert that was recorded as suppressed, as it is now; return False when there is none."""
    seq = next_value(connection, "change")
    held = (ALERTS.c.id == number) & ALERTS.c.suppressed.is_not(None)
    new = {"message": message, "context": dict(context), "triggered_at": now, "suppressed": None, "change_seq": seq}
    return bool(connection.execute(update(ALERTS).where(held).values(new)).rowcount)


def resolve(connection: Connection, number: int, now: datetime) -> None:
    seq = next_value(connection, "change")
    connection.execute(
        update(ALERTS).where(ALERTS.c.id == number, ALERTS.c.resolved_at.is_(None)).values(resolved_at=now, change_seq=seq)
    )


def record_sent_to(connection: Connection, number: int, channel: str) -> None:
    """Record that a channel took an alert; ``sent_to`` names each once, in the order in which they did.

    It is no change of the alert: no channel has to be told of it.
    """
    c = ALERTS.c
    sent_to = connection.execute(select(c.sent_to).where(c.id == number)).scalar_one_or_none()
    names = sent_to.split(", ") if sent_to else []
    if channel not in names:
        connection.execute(update(ALERTS).where(c.id == number).values(sent_to=", ".join([*names, channel])))


def recent_alerts(connection: Connection, limit: int) -> list[Mapping[str, Any]]:
    """Return open alerts and the latest others, newest first."""
    c = ALERTS.c
    is_open = c.resolved_at.is_(None) & c.acknowledged_at.is_(None) & c.suppressed.is_(None)
    query = select(ALERTS).order_by(is_open.desc(), c.triggered_at.desc(), c.id).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def response_times(connection: Connection, since: datetime) -> list[ResponseTimes]:
    """Return what became of the alerts since a moment that channels could get, by rule."""
    c = ALERTS.c
    query = select(c.alert_name, c.triggered_at, c.acknowledged_at, c.resolved_at)
    rows = connection.execute(query.where(c.suppressed.is_(None), c.triggered_at > since).order_by(c.alert_name)).all()
    return [_times(name, list(of_rule)) for name, of_rule in groupby(rows, key=lambda row: row.alert_name)]


def _times(name: str, rows: Sequence[Row[Any]]) -> ResponseTimes:
    acknowledged = [row.acknowledged_at - row.triggered_at for row in rows if row.acknowledged_at]
    resolved = [row.resolved_at - row.triggered_at for row in rows if row.resolved_at]
    return ResponseTimes(name, len(rows), _mean(acknowledged), _mean(resolved))


def _mean(spans: Sequence[timedelta]) -> timedelta | None:
    return sum(spans, timedelta()) / len(spans) if spans else None
