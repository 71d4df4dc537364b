"""Business alerts of one analysed call (spec 7.3): hot lead, meeting booked, competitor mentioned.

Pure: a document and its reports in, alerts out. An alert is known by rule, session and subject, so analysing a call again
raises nothing twice. Messages carry no personal data; the channel that sends one renders name and links for its readers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analyzers.lead_score import LeadScore
from analyzers.sales_intelligence import SalesIntelligence
from contract.document.session import SessionDocument

ALERT_TYPE = "business"
SEVERITY = "P2"
_SIGNALS = ("team_size", "monthly_volume", "decision_timeline", "current_tool")


@dataclass(frozen=True)
class Alert:
    """One row of ``alerts_history``. ``triggered_at`` is the end of the call: that is when it was true."""

    id: int
    alert_name: str
    message: str
    context: dict[str, Any]
    session_id: str
    triggered_at: datetime
    alert_type: str = ALERT_TYPE
    severity: str = SEVERITY


def business_alerts(document: SessionDocument, sales: SalesIntelligence, score: LeadScore) -> list[Alert]:
    """The alerts this call deserves; none for a test call."""
    if document.test_call:
        return []
    return [*_hot_lead(document, sales, score), *_meetings_booked(document, sales, score), *_competitors(document, sales)]


def alert_id(rule: str, session_id: str, subject: str) -> int:
    """63-bit hash of the natural key: the same alert has the same id for ever (contract, ``alerts_history.id``)."""
    digest = hashlib.md5(f"{rule}|{session_id}|{subject}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def _hot_lead(document: SessionDocument, sales: SalesIntelligence, score: LeadScore) -> Iterator[Alert]:
    if score.temperature == "hot":
        context = {"lead_score": score.total, "key_signals": _key_signals(sales)}
        yield _alert("Hot Lead Detected", document, "", f"Hot lead: score {score.total}/100", context)


def _meetings_booked(document: SessionDocument, sales: SalesIntelligence, score: LeadScore) -> Iterator[Alert]:
    for booking in document.bookings:
        if booking.success:
            when = booking.meeting_time.isoformat() if booking.meeting_time else None
            context = {
                "meeting_time": when,
                "qualification_tier": sales.qualification_tier,
                "lead_score": score.total,
                "key_signals": _key_signals(sales),
            }
            subject = booking.calendar_event_id or when or ""
            yield _alert("Meeting Booked", document, subject, f"Sales meeting booked: {when or 'time not recorded'}", context)


def _competitors(document: SessionDocument, sales: SalesIntelligence) -> Iterator[Alert]:
    for competitor in sales.competitors:
        context = {"competitor": competitor.name, "context": competitor.context, "sentiment": competitor.sentiment}
        message = f"Competitor mentioned: {competitor.name} ({competitor.context}, {competitor.sentiment})"
        yield _alert("Competitor Mentioned", document, competitor.name, message, context)


def _key_signals(sales: SalesIntelligence) -> dict[str, Any]:
    """Team, volume, needs, timeline and tool, as far as the call says (contract: hot lead)."""
    facts = {name: fact.value for name in _SIGNALS if (fact := getattr(sales, name)) is not None}
    needs = [integration.name for integration in sales.integrations.needed]
    return {**facts, "integrations_needed": needs} if needs else facts


def _alert(rule: str, document: SessionDocument, subject: str, message: str, context: dict[str, Any]) -> Alert:
    at = document.end_time or document.start_time
    return Alert(alert_id(rule, document.session_id, subject), rule, message, context, document.session_id, at)
