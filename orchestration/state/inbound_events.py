"""Store what vendors tell the web service, each event once; what acts on it reads it from here."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from orchestration.state.database import StateDatabase
from orchestration.state.tables import INBOUND_EVENTS

KEPT = timedelta(days=90)
"""How long the text of an event is kept: a quarter, in which somebody may ask who acknowledged what."""
EXPIRED = "expired"
"""Outcome of an event that nothing has acted on until its text was removed."""


@dataclass(frozen=True)
class InboundEvent:
    """One event. ``event_key`` is the vendor's own id of it; ``body`` is the text as it came and may name people."""

    vendor: str
    event_key: str
    kind: str
    body: str
    received_at: datetime


def record_event(state: StateDatabase, event: InboundEvent) -> bool:
    """Store the event in one transaction; False when it is there already, so that a repeated delivery changes nothing.

    Texts whose time is over are removed. Their rows stay: PagerDuty signs no time, so an old request must be known again.
    """
    try:
        with state.writing() as connection:
            _remove_texts(connection, event.received_at)
            connection.execute(insert(INBOUND_EVENTS).values(asdict(event)))
    except IntegrityError:
        return False
    return True


def _remove_texts(connection: Connection, now: datetime) -> None:
    c = INBOUND_EVENTS.c
    unhandled = {"handled_at": func.coalesce(c.handled_at, now), "outcome": func.coalesce(c.outcome, EXPIRED)}
    connection.execute(update(INBOUND_EVENTS).where(c.received_at < now - KEPT, c.body != "").values(body="", **unhandled))


def waiting_event(connection: Connection) -> InboundEvent | None:
    """Return the oldest event that nothing has acted on; None when there is none."""
    c = INBOUND_EVENTS.c
    query = select(c.vendor, c.event_key, c.kind, c.body, c.received_at).where(c.handled_at.is_(None))
    row = connection.execute(query.order_by(c.received_at, c.vendor, c.event_key).limit(1)).one_or_none()
    return None if row is None else InboundEvent(*row)


def mark_handled(connection: Connection, event: InboundEvent, now: datetime, outcome: str) -> None:
    """Record what became of an event; ``outcome`` is free of personal data."""
    c = INBOUND_EVENTS.c
    own = (c.vendor == event.vendor) & (c.event_key == event.event_key)
    connection.execute(update(INBOUND_EVENTS).where(own).values(handled_at=now, outcome=outcome))
