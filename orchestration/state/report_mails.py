"""Record the e-mails of reports: what was composed for whom, and what it told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from orchestration.state.database import insert_or_ignore
from orchestration.state.tables import REPORT_MAILS

Told = Mapping[str, Mapping[str, int]]
"""Counts by measure that an e-mail told, by the period (ISO date of its first day) that they are of."""


@dataclass(frozen=True)
class ReportMail:
    """One e-mail: its report and period, the recipient's key, its Message-ID, its copy in the archive and the counts in it."""

    report: str
    period: date
    recipient: str
    message_id: str
    composed_at: datetime
    archived: str
    figures: Told


def composed_mail(connection: Connection, report: str, period: date, recipient: str) -> ReportMail | None:
    """Return the e-mail as it was composed first; None before."""
    c = REPORT_MAILS.c
    query = select(REPORT_MAILS).where(c.report == report, c.period == period, c.recipient == recipient)
    row = connection.execute(query).mappings().one_or_none()
    return ReportMail(**row) if row else None


def record_composed(connection: Connection, mail: ReportMail) -> None:
    """Record an e-mail; one that another process has recorded meanwhile stays as it is."""
    values: dict[str, Any] = {column.name: getattr(mail, column.name) for column in REPORT_MAILS.columns}
    insert_or_ignore(connection, REPORT_MAILS, [values])


def told_before(connection: Connection, report: str, recipient: str, period: date, since: date) -> list[ReportMail]:
    """Return the recipient's e-mails of earlier periods, from ``since`` on, the oldest first."""
    c = REPORT_MAILS.c
    mine = (c.report == report) & (c.recipient == recipient) & (c.period < period) & (c.period >= since)
    rows = connection.execute(select(REPORT_MAILS).where(mine).order_by(c.period)).mappings()
    return [ReportMail(**row) for row in rows]
