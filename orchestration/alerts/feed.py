"""Alerts of some time as one page to read: what fired, when, until when, and what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from itertools import groupby
from typing import Any

from contract.platform.call_page import call_page
from orchestration.alerts.replay import Fired
from orchestration.messages.message import Footer, Header, Message, Row, RowTone, Table

_ENTRIES = {"searches": ("search", "searches"), "features": ("mention", "mentions")}
"""The lists of digests by their name in the context, and what each entry counts: one, several."""
_TONES: Mapping[str, RowTone] = {"P1": "bad", "P3": "quiet"}
"""By severity, in what colour it stands."""


def feed_message(fired: Sequence[Fired], zone: tzinfo, first: date, last: date, base_url: str = "") -> Message:
    """Return the alerts, the latest day first and each day in the order of time; times are those of ``zone``."""
    by_day = groupby(reversed(fired), key=lambda one: one.fired_at.astimezone(zone).date())
    tables = tuple(_day(day, list(reversed(list(of_day))), zone, base_url) for day, of_day in by_day)
    counts = " · ".join(f"{sum(one.severity == severity for one in fired)} {severity}" for severity in ("P1", "P2", "P3"))
    header = Header(
        "PANDADOC VOICE AGENT ALERTS",
        ("Alerts of", _days(first, last)),
        f"{len(fired)} alerts: {counts}",
        note=f"Times are those of {zone}.",
    )
    return Message(f"Alerts, {first} to {last}", (header, *tables, Footer(("What fired over these calls as each became known.",))))


def _days(first: date, last: date) -> str:
    begin = f"{first:%B %-d}" if first.year == last.year else f"{first:%B %-d, %Y}"
    end = f"{last:%-d, %Y}" if (first.year, first.month) == (last.year, last.month) else f"{last:%B %-d, %Y}"
    return f"{last:%B %-d, %Y}" if first == last else f"{begin} to {end}"


def _day(day: date, fired: Sequence[Fired], zone: tzinfo, base_url: str) -> Table:
    rows = tuple(_row(one, zone, base_url) for one in fired)
    return Table("", f"{day:%A, %B %-d}", "severity", rows, "")


def _row(one: Fired, zone: tzinfo, base_url: str) -> Row:
    """Return an alert by its message and rule; a digest by its rule alone, since its entries follow."""
    alert, context = one.alert, one.alert.context if one.alert else {}
    is_digest = bool(context.keys() & {*_ENTRIES, "sessions"})
    about = (one.rule,) if alert is None or is_digest else (alert.message, one.rule)
    link = call_page(base_url, alert.session_id) if alert and alert.session_id else None
    details = (_times(one, zone), *about[1:], *_said(context))
    return Row(one.severity, about[0], link, details, _TONES.get(one.severity, "plain"))


def _times(one: Fired, zone: tzinfo) -> str:
    def clock(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%H:%M}"

    if one.resolved_at == one.fired_at:
        return clock(one.fired_at)
    return f"{clock(one.fired_at)}, " + (f"resolved {clock(one.resolved_at)}" if one.resolved_at else "still firing")


def _said(context: Mapping[str, Any]) -> Iterator[str]:
    if context.get("of"):
        yield f"{context['of']}, {context.get('window', '')}".rstrip(", ")
    for name, (one, several) in _ENTRIES.items():
        for about, count, *_ in context.get(name, ()):
            yield f"{about}: {count} {one if count == 1 else several}"
    for session, score, reason in context.get("sessions", ()):
        yield f"{session}: {score}, {reason}"
    if context.get("action"):
        yield f"What to do: {context['action']}"
