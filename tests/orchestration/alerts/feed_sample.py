"""Alerts of two days that are known, for the page of alerts and its picture."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from orchestration.alerts.business import Alert
from orchestration.alerts.feed import feed_message
from orchestration.alerts.replay import Fired
from orchestration.messages.message import Message
from tests.orchestration.alerts.histories import RULES, ZONE

FIRST, LAST = date(2026, 11, 17), date(2026, 11, 18)
MORNING = datetime(2026, 11, 17, 9, 0, tzinfo=ZONE)


def fired(rule: str, minutes: int, lasts: int | None, session: str | None = None, **facts: Any) -> Fired:
    """An alert that fired so many minutes after nine on Tuesday; ``lasts`` is None while it fires, 0 when it is told once."""
    known, at = RULES.named(rule), MORNING + timedelta(minutes=minutes)
    filled = {"value": "", "window": "", "normal": "", "month": "", "subject": "", **facts}
    message = facts.pop("message", known.template.format_map(filled))
    alert = Alert(minutes, rule, message, {**facts, "action": known.action}, session, at, known.alert_type, known.severity)
    until = None if lasts is None else at + timedelta(minutes=lasts)
    return Fired(rule, facts.get("subject", session or ""), known.severity, at, until, 1, None, alert=alert)


def two_days() -> list[Fired]:
    return [
        fired("Hot Lead Detected", 14, 0, "call_0412", message="Hot lead: score 91/100"),
        fired("Error Rate >10%", 72, 48, value="30", window="last 10 calls", of="3 of 10 calls"),
        fired("Competitor Mentioned", 131, 0, "call_0431", message="Competitor mentioned: DocuSign (current, negative)"),
        fired("Content Gaps Identified", 180, 0, searches=[["zapier integration", 5], ["mobile app", 3]]),
        fired("Meeting Booked", 1511, 0, "call_0467", message="Sales meeting booked: Friday, November 20, 14:00 UTC-05:00"),
        fired("Low Engagement Sessions", 1560, 0, sessions=[["call_0470", 3.2, "The caller was interrupted often"]]),
        fired("API Failures", 1622, None, subject="knowledge base", of="4 of 5 uses failed", window="last 5 calls"),
    ]


def feed() -> Message:
    return feed_message(two_days(), ZONE, FIRST, LAST, "https://voice.example")
