"""Record who wants a report no more; recipients are keyed hashes, so that no address is stored for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, exists, insert, literal, select

from orchestration.state.tables import UNSUBSCRIPTIONS
from orchestration.state.tables.base import UtcDateTime


def unsubscribe(connection: Connection, report: str, recipient: str, now: datetime) -> None:
    """Record that a recipient wants no more e-mails of a report; the first time counts."""
    c = UNSUBSCRIPTIONS.c
    known = exists().where(c.report == report, c.recipient == recipient)
    entry = select(literal(report), literal(recipient), literal(now, UtcDateTime())).where(~known)
    connection.execute(insert(UNSUBSCRIPTIONS).from_select(["report", "recipient", "unsubscribed_at"], entry))


def is_unsubscribed(connection: Connection, report: str, recipient: str) -> bool:
    """Return whether this recipient wants the report no more; whoever sends it asks before each e-mail."""
    c = UNSUBSCRIPTIONS.c
    query = select(c.recipient).where(c.report == report, c.recipient == recipient)
    return connection.execute(query).one_or_none() is not None
