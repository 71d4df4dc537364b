"""Business alerts of one analysed call (spec 7.3): hot lead, meeting booked, competitor mentioned.

Pure: a document and its reports in, alerts out. An alert is known by rule, session and subject, so analysing a call again
raises nothing twice. Who asked not to be called raises none that asks for a call. Messages carry no personal data; the channel that
sends one renders name and links for its readers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from analyzers.contact_wishes import forbids
from analyzers.lead_score.models import LeadScore
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
    session_id: str | None
    triggered_at: datetime
    alert_type: str = ALERT_TYPE
    severity: str = SEVERITY


@dataclass(frozen=True)
class AnalysedCall:
    """What a rule looks at: one document and two of its reports. ``opted_out``: the caller asked in any call not to be called."""

    document: SessionDocument
    sales: SalesIntelligence
    score: LeadScore
    opted_out: bool = False

    @property
    def may_be_called(self) -> bool:
        return not (self.opted_out or forbids(self.sales.contact_wishes, "phone"))


@dataclass(frozen=True)
class CallFinding:
    """What a rule found in one call; ``subject`` tells several findings of one call apart and is the same at each analysis."""

    subject: str
    message: str
    context: dict[str, Any]


@dataclass(frozen=True)
class CallRule:
    """A rule over single calls: its name as the specification writes it, and what it finds."""

    name: str
    find: Callable[[AnalysedCall], Iterable[CallFinding]]


def business_alerts(call: AnalysedCall, rules: Sequence[CallRule] | None = None) -> list[Alert]:
    """Return one alert for each finding of each rule; none for a test call."""
    if call.document.test_call:
        return []
    return [_alert(rule.name, call.document, found) for rule in rules or RULES for found in rule.find(call)]


def alert_id(rule: str, session_id: str, subject: str) -> int:
    """63-bit hash of the natural key: the same alert always has the same id (contract, ``alerts_history.id``)."""
    digest = hashlib.md5(f"{rule}|{session_id}|{subject}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def _hot_lead(call: AnalysedCall) -> Iterator[CallFinding]:
    if call.score.temperature == "hot" and call.may_be_called:
        context = {"lead_score": call.score.total, "key_signals": _key_signals(call.sales)}
        yield CallFinding("", f"Hot lead: score {call.score.total}/100", context)


def _meetings_booked(call: AnalysedCall) -> Iterator[CallFinding]:
    for booking in call.document.bookings:
        if booking.success and call.may_be_called:
            when = booking.meeting_time.isoformat() if booking.meeting_time else None
            context = {
                "meeting_time": when,
                "qualification_tier": call.sales.qualification_tier,
                "lead_score": call.score.total,
                "key_signals": _key_signals(call.sales),
            }
            subject = booking.calendar_event_id or when or ""
            shown = _written(booking.meeting_time) if booking.meeting_time else "time not recorded"
            yield CallFinding(subject, f"Sales meeting booked: {shown}", context)


def _written(moment: datetime) -> str:
    """Write a time as its call gave it, such as "Friday, November 20, 14:00 UTC-05:00"."""
    offset = f"{moment:%z}"
    return f"{moment:%A, %B %-d, %H:%M} UTC{offset[:3]}:{offset[3:]}"


def _competitors(call: AnalysedCall) -> Iterator[CallFinding]:
    for competitor in call.sales.competitors:
        context = {"competitor": competitor.name, "context": competitor.context, "sentiment": competitor.sentiment}
        message = f"Competitor mentioned: {competitor.name} ({competitor.context}, {competitor.sentiment})"
        yield CallFinding(competitor.name, message, context)


RULES = (
    CallRule("Hot Lead Detected", _hot_lead),
    CallRule("Meeting Booked", _meetings_booked),
    CallRule("Competitor Mentioned", _competitors),
)


def _key_signals(sales: SalesIntelligence) -> dict[str, Any]:
    """Team, volume, needs, timeline and tool, as far as the call says (contract: hot lead)."""
    facts = {name: fact.value for name in _SIGNALS if (fact := getattr(sales, name)) is not None}
    needs = [integration.name for integration in sales.integrations.needed]
    return {**facts, "integrations_needed": needs} if needs else facts


def _alert(rule: str, document: SessionDocument, found: CallFinding) -> Alert:
    at = document.end_time or document.start_time
    number = alert_id(rule, document.session_id, found.subject)
    return Alert(number, rule, found.message, found.context, document.session_id, at)
