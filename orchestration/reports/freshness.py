"""Count the calls of a period that the published warehouse does not hold yet."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, or_, select

from orchestration.intake.discovery import unregistered_of_days
from orchestration.reports.business_day import TimeSpan
from orchestration.resources import Platform
from orchestration.state.documents import PENDING
from orchestration.state.tables import DOCUMENTS, STARTS
from orchestration.warehouse.reader import open_published

_PUBLISHED = "select store_key, analysis_seq from session_ledger where in_warehouse and day between ? and ?"


def calls_missing(platform: Platform, span: TimeSpan) -> int:
    """Return how many calls are in the store but not in the ledger, pending, not yet published, or begun without a document.

    So a report also notices when nothing takes in documents any more. 0 means that the figures of the period are complete.
    """
    days = _utc_days(span)
    unregistered = unregistered_of_days(platform.store, platform.state, days)
    pending, analysed = _of_ledger(platform, span, days)
    with open_published(platform.settings) as connection:
        published = dict(connection.execute(_PUBLISHED, [days[0], days[-1]]).fetchall())
    unpublished = sum(published.get(key, -1) < seq for key, seq in analysed.items())
    return unregistered + pending + unpublished + _begun_without_document(platform, span)


def _utc_days(span: TimeSpan) -> list[date]:
    first, last = span.start.date(), (span.end - timedelta(microseconds=1)).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _of_ledger(platform: Platform, span: TimeSpan, days: list[date]) -> tuple[int, dict[str, int]]:
    """Return how many documents of the period are pending, and the latest analysis of each that is analysed.

    Before it is read, a document's start is not known: one of the period's UTC days then counts.
    """
    c = DOCUMENTS.c
    within = or_(c.start_time.is_(None), (c.start_time >= span.start) & (c.start_time < span.end))
    of_period = c.day.between(days[0], days[-1]) & within
    with platform.state.reading() as connection:
        pending = connection.execute(select(func.count()).where(of_period, c.state.in_(PENDING))).scalar_one()
        query = select(c.store_key, c.analysis_seq).where(of_period, c.state == "analysed")
        return pending, dict(connection.execute(query).tuples().all())


def _begun_without_document(platform: Platform, span: TimeSpan) -> int:
    """Count calls that still go on or whose document is on its way; a lost one gets a document within minutes."""
    c, known = STARTS.c, select(DOCUMENTS.c.session_id).where(DOCUMENTS.c.session_id == STARTS.c.session_id)
    query = select(func.count()).where(c.started_at >= span.start, c.started_at < span.end, ~known.exists())
    with platform.state.reading() as connection:
        return connection.execute(query).scalar_one()
