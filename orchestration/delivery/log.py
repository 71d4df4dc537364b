"""Write ``delivery_log``: the intent before an item is sent, and the outcome after.

A process killed between the two leaves the intent, so the next run knows what may have been delivered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, delete, func, null, select, tuple_

from contract.platform.batching import batches
from orchestration.delivery.items import Change, DeliveryRecord, ItemOutcome, Source, State
from orchestration.state.database import Columns, StateDatabase, json_text, upsert
from orchestration.state.tables import DELIVERY_LOG, DELIVERY_SOURCES

GIVE_UP_AFTER = timedelta(hours=72)  # a failing item is parked then: it outlasts a weekend
_RECORD = tuple(field.name for field in fields(DeliveryRecord))
_AT_ONCE = 500  # keys in one statement: SQLite takes 32,766 bound values
_STATE_OF: dict[str, State] = {
    "suppress": "suppressed",
    "park": "parked",
    "wait": "pending",
    "supersede": "superseded",
    "give_up": "unknown",
    "unchanged": "sent",
}


def logged_items(state: StateDatabase, destination: str, kind: str, keys: Sequence[str]) -> dict[str, DeliveryRecord]:
    """Return the records of the items by key; items never seen are missing."""
    c = DELIVERY_LOG.c
    found: dict[str, DeliveryRecord] = {}
    with state.reading() as connection:
        for batch in batches(keys, _AT_ONCE):
            some = c.item_key.in_(batch)
            query = select(c.item_key, *(c[name] for name in _RECORD))
            for key, *row in connection.execute(query.where(c.destination == destination, c.kind == kind, some)):
                found[key] = DeliveryRecord(*row)
    return found


def waiting_items(state: StateDatabase, destination: str, kind: str) -> list[str]:
    """Return the keys of the items that wait for another try, or whose outcome no process recorded."""
    c = DELIVERY_LOG.c
    with state.reading() as connection:
        query = select(c.item_key).where(c.destination == destination, c.kind == kind, c.state == "pending")
        return list(connection.execute(query.order_by(c.item_key)).scalars())


def record_intents(connection: Connection, destination: str, kind: str, changes: Sequence[Change], now: datetime) -> None:
    """Record what is about to be sent; ``baseline``, what an earlier intent is known to have written, becomes what was sent."""
    rows = [
        {**_identity(destination, kind, change), "state": "pending", "intended": dict(change.content), "intended_at": now}
        | {
            "remote_id": change.remote_id,
            "content": dict(change.baseline),
            "human_edited": list(change.human_edited),
            "changed_at": now,
        }
        for change in changes
    ]
    upsert(connection, DELIVERY_LOG, rows, _intended)


def record_outcomes(
    connection: Connection, destination: str, kind: str, pairs: Iterable[tuple[Change, ItemOutcome]], now: datetime
) -> list[State]:
    """Record the outcomes of sending; return the state of each item, in the order of ``pairs``.

    An item that has failed for 72 hours is parked.
    """
    pairs = list(pairs)
    failing = _first_failures(connection, destination, kind, [change.key for change, outcome in pairs if not outcome.delivered])
    rows = [_outcome_row(destination, kind, change, outcome, failing.get(change.key), now) for change, outcome in pairs]
    upsert(connection, DELIVERY_LOG, rows, _sent)
    return [row["state"] for row in rows]


def record_decisions(connection: Connection, destination: str, kind: str, changes: Sequence[Change], now: datetime) -> None:
    """Record items that are not sent: unchanged, suppressed, parked, superseded or waiting. An unchanged one settles an intent."""
    rows = [
        {**_identity(destination, kind, change), "state": _STATE_OF[change.action], "reason": change.reason, "code": None}
        | {
            "remote_id": change.remote_id,
            "content": dict(change.content),
            "human_edited": list(change.human_edited),
            "changed_at": now,
        }
        for change in changes
    ]
    upsert(connection, DELIVERY_LOG, rows, _decided)


def record_handled(connection: Connection, destination: str, kind: str, sources: Sequence[Source]) -> None:
    """Record that all items of these sources reached a final state: they are due again only in another version."""
    identity = {"destination": destination, "kind": kind}
    rows = [{**identity, "source_key": s.key, "version": s.version, "analysis_seq": max(s.analyses, default=None)} for s in sources]
    upsert(connection, DELIVERY_SOURCES, rows)


def handled_versions(state: StateDatabase, destination: str, kind: str, keys: Sequence[str]) -> dict[str, str]:
    """Return the version in which each of these sources was handled, by key; one that never was is missing."""
    c = DELIVERY_SOURCES.c
    found: dict[str, str] = {}
    with state.reading() as connection:
        for batch in batches(keys, _AT_ONCE):
            query = select(c.source_key, c.version).where(c.source_key.in_(batch))
            rows = connection.execute(query.where(c.destination == destination, c.kind == kind))
            found.update(rows.tuples().all())
    return found


def remote_ids(state: StateDatabase, destination: str, kind: str) -> list[tuple[str, str]]:
    """Return item key and remote id of every item that has a remote id."""
    c = DELIVERY_LOG.c
    with state.reading() as connection:
        query = select(c.item_key, c.remote_id).where(c.destination == destination, c.kind == kind, c.remote_id.is_not(None))
        return [(row[0], row[1]) for row in connection.execute(query)]


def reopen(state: StateDatabase, destination: str) -> int:
    """Make parked items due again, after their cause was fixed; return their number."""
    c, s = DELIVERY_LOG.c, DELIVERY_SOURCES.c
    with state.writing() as connection:
        parked = select(c.kind, func.coalesce(c.session_id, c.item_key)).where(c.destination == destination, c.state == "parked")
        keys = select(c.kind, c.item_key).where(c.destination == destination, c.state == "parked")
        count = connection.execute(select(func.count()).select_from(keys.subquery())).scalar_one()
        for some in (parked, keys):
            due = tuple_(s.kind, s.source_key).in_(some)
            connection.execute(delete(DELIVERY_SOURCES).where(s.destination == destination, due))
        return count


def delivery_totals(state: StateDatabase) -> list[dict[str, Any]]:
    """Count items by destination and kind: eligible = sent + pending + parked + suppressed + superseded + unknown."""
    c = DELIVERY_LOG.c
    with state.reading() as connection:
        rows = connection.execute(
            select(c.destination, c.kind, c.state, func.count().label("items")).group_by(c.destination, c.kind, c.state)
        ).all()
    totals: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        empty = dict.fromkeys(("eligible", "sent", "pending", "parked", "suppressed", "superseded", "unknown"), 0)
        total = totals.setdefault((row.destination, row.kind), {"destination": row.destination, "kind": row.kind, **empty})
        total[row.state] += row.items
        total["eligible"] += row.items
    return [totals[key] for key in sorted(totals)]


def sends_by_destination(state: StateDatabase) -> dict[str, int]:
    """Return how many times an item was sent to each destination, over all time; a difference is what one run has sent."""
    c = DELIVERY_LOG.c
    with state.reading() as connection:
        rows = connection.execute(select(c.destination, func.sum(c.sends)).group_by(c.destination)).all()
    return {destination: int(sends or 0) for destination, sends in rows}


def delivery_problems(state: StateDatabase, sample: int = 20) -> list[dict[str, Any]]:
    """Return parked and unknown items grouped by reason: their number, and one of their sessions."""
    c = DELIVERY_LOG.c
    with state.reading() as connection:
        query = (
            select(
                *(c.destination, c.kind, c.state, c.code, c.reason),
                func.count().label("items"),
                func.min(c.session_id).label("session"),
            )
            .where(c.state.in_(("parked", "unknown")))
            .group_by(c.destination, c.kind, c.state, c.code, c.reason)
            .order_by(func.count().desc(), c.destination, c.kind, c.state, c.code, c.reason)
            .limit(sample)
        )
        return [dict(row) for row in connection.execute(query).mappings()]


def deliveries_of(state: StateDatabase, session_id: str) -> list[dict[str, Any]]:
    """Return every item of one call, sent or not, for ``voice explain``."""
    c = DELIVERY_LOG.c
    columns = (c.destination, c.kind, c.item_key, c.state, c.reason, c.remote_id, c.human_edited, c.sends, c.changed_at)
    with state.reading() as connection:
        query = select(*columns).where(c.session_id == session_id).order_by(c.destination, c.kind, c.item_key)
        return [dict(row) for row in connection.execute(query).mappings()]


def _intended(new: Columns, old: Columns) -> dict[str, Any]:
    return {
        **{name: new[name] for name in ("session_id", "state", "intended", "intended_at", "human_edited", "changed_at")},
        "remote_id": func.coalesce(new.remote_id, old.remote_id),
        "content": case((json_text(new.content) != "{}", new.content), else_=old.content),
    }


def _sent(new: Columns, old: Columns) -> dict[str, Any]:
    delivered = new.state == "sent"
    return {
        **{name: new[name] for name in ("session_id", "state", "reason", "code", "human_edited", "first_failed_at", "changed_at")},
        "remote_id": func.coalesce(new.remote_id, old.remote_id),
        "content": case((delivered, new.content), else_=old.content),
        "intended": case((delivered, null()), else_=old.intended),
        "intended_at": case((delivered, None), else_=old.intended_at),
        "sends": old.sends + new.sends,
        "failures": case((delivered, 0), else_=old.failures + 1),
    }


def _decided(new: Columns, old: Columns) -> dict[str, Any]:
    settled = new.state == "sent"
    same = and_(old.state == new.state, json_text(old.content) == json_text(new.content))
    return {
        **{name: new[name] for name in ("session_id", "state", "reason", "code", "human_edited")},
        "remote_id": func.coalesce(new.remote_id, old.remote_id),
        "content": case((settled, new.content), else_=old.content),
        "intended": case((settled, null()), else_=old.intended),
        "intended_at": case((settled, None), else_=old.intended_at),
        "failures": case((settled, 0), else_=old.failures),
        "first_failed_at": case((settled, None), else_=old.first_failed_at),
        "changed_at": case((same, old.changed_at), else_=new.changed_at),
    }


def _identity(destination: str, kind: str, change: Change) -> dict[str, Any]:
    return {"destination": destination, "kind": kind, "item_key": change.key, "session_id": change.session_id}


def _first_failures(connection: Connection, destination: str, kind: str, keys: Sequence[str]) -> Mapping[str, datetime]:
    c = DELIVERY_LOG.c
    found: dict[str, datetime] = {}
    for batch in batches(keys, _AT_ONCE):
        some = c.item_key.in_(batch)
        query = select(c.item_key, c.first_failed_at).where(c.destination == destination, c.kind == kind, some)
        found.update({row[0]: row[1] for row in connection.execute(query) if row[1] is not None})
    return found


def _outcome_row(
    destination: str, kind: str, change: Change, outcome: ItemOutcome, failing_since: datetime | None, now: datetime
) -> dict[str, Any]:
    given_up = not outcome.delivered and failing_since is not None and now - failing_since >= GIVE_UP_AFTER
    state: State = "sent" if outcome.delivered else "parked" if outcome.permanent or given_up else "pending"
    reason = "It failed for 72 hours: fix what the code says, then 'voice sync --again'." if given_up else outcome.reason
    return {
        **_identity(destination, kind, change),
        "state": state,
        "reason": None if outcome.delivered else reason,
        "code": outcome.code,
        "remote_id": outcome.remote_id or change.remote_id,
        "content": dict(change.content),
        "human_edited": list(change.human_edited),
        "sends": int(outcome.delivered),
        "failures": int(not outcome.delivered),
        "first_failed_at": None if outcome.delivered else failing_since or now,
        "changed_at": now,
    }
