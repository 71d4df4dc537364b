"""Store what vendors tell the web service, each event once; what acts on it reads it from here."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from orchestration.state.database import StateDatabase
from orchestration.state.tables import INBOUND_EVENTS


@dataclass(frozen=True)
class InboundEvent:
    """One event. ``event_key`` is the vendor's own id of it; ``body`` is the text as it came and may name people."""

    vendor: str
    event_key: str
    kind: str
    body: str
    received_at: datetime


def record_event(state: StateDatabase, event: InboundEvent) -> bool:
    """Store the event in one transaction; False when it is there already, so that a repeated delivery changes nothing."""
    try:
        with state.writing() as connection:
            connection.execute(insert(INBOUND_EVENTS).values(asdict(event)))
    except IntegrityError:
        return False
    return True
