"""Word what the page of an alert shows, for one role: a viewer sees figures and times, no words and nobody's name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from contract.platform.call_page import call_page
from orchestration.alerts.message import alert_message
from orchestration.alerts.rules import AlertRule
from orchestration.messages.message import Facts, Table
from orchestration.reports.wording import moment, plain
from orchestration.web.call_view import Badge, ValueWithLabel
from orchestration.web.roles import Rights

Row = Mapping[str, Any]
_SEEN_BY_ALL = ("action", "since", "window", "meeting_time")
"""Entries of an alert's context that are texts of ours or times, which every role may see; of the others only numbers."""
_CALLS = ("affected_sessions", "sessions")
_TONES: Mapping[str, Any] = {"P1": "bad", "P2": "warn"}
_STATUS: Mapping[str, Any] = {"Open": "bad", "Acknowledged": "warn", "Resolved": "good", "Not sent": "quiet"}


@dataclass(frozen=True)
class AlertView:
    """``actions`` says which forms the page has; ``runbook`` is its name and address, of which both may be empty."""

    id: int
    name: str
    message: str
    when: str
    badges: tuple[Badge, ...]
    figures: tuple[ValueWithLabel, ...]
    action: str
    runbook: tuple[str, str]
    owner: str
    trigger: str
    facts: tuple[ValueWithLabel, ...]
    calls: tuple[tuple[str, str, str], ...]
    events: tuple[tuple[str, str], ...]
    silenced: str
    panel: str
    may_acknowledge: bool
    may_silence: bool
    zone: str


def alert_view(alert: Row, rule: AlertRule | None, silenced: Row | None, rights: Rights, zone: tzinfo, code_url: str) -> AlertView:
    """Word the alert; ``rule`` is None when the file of rules no longer has it."""
    context = alert["context"] or {}
    shown = context if rights.words else {name: value for name, value in context.items() if _is_seen_by_all(name, value)}
    message = alert_message({**alert, "context": _without_reasons(shown, rights)}, "/")
    day = alert["triggered_at"].astimezone(zone).date()
    return AlertView(
        id=alert["id"],
        name=alert["alert_name"],
        message=plain(alert["message"], 300),  # characters: three lines of a heading
        when=moment(alert["triggered_at"], zone),
        badges=(
            Badge(alert["severity"], _TONES.get(alert["severity"], "quiet")),
            Badge(_status(alert), _STATUS[_status(alert)]),
            *((Badge(f"{alert['alert_type'].capitalize()} alert"),)),
        ),
        figures=tuple(_figures(alert)),
        action=context.get("action") or (rule.action if rule else ""),
        runbook=_runbook(rule, code_url),
        owner=rule.owner if rule else "",
        trigger=rule.trigger if rule else "",
        facts=tuple(
            ValueWithLabel(figure.label, plain(figure.figure, 400))  # characters: a digest's list of queries
            for block in message.blocks
            if isinstance(block, Facts)
            for figure in block.figures
        ),
        calls=tuple(_calls(alert, [block for block in message.blocks if isinstance(block, Table)])),
        events=tuple(_events(alert, rights, zone)),
        silenced=_silenced(silenced, rights, zone),
        panel=f"/dashboards/performance?from={day}&to={day}" if alert["alert_type"] in ("critical", "high") else "",
        may_acknowledge=rights.acknowledges and alert["acknowledged_at"] is None,
        may_silence=rights.silences and rule is not None,
        zone=str(zone),
    )


def _is_seen_by_all(name: str, value: Any) -> bool:
    return name in (*_SEEN_BY_ALL, *_CALLS) or isinstance(value, int | float)


def _without_reasons(context: Row, rights: Rights) -> Row:
    """Calls without the reason for their score, which may hold words, where a role may not see them."""
    if rights.words:
        return context
    return {
        name: [call if isinstance(call, str) else [*call[:2], ""] for call in value] if name in _CALLS else value
        for name, value in context.items()
    }


def _status(alert: Row) -> str:
    if alert["resolved_at"]:
        return "Resolved"
    if alert["acknowledged_at"]:
        return "Acknowledged"
    return "Not sent" if alert["suppressed"] else "Open"


def _figures(alert: Row) -> Iterator[ValueWithLabel]:
    for label, end in (("Until acknowledged", alert["acknowledged_at"]), ("Until resolved", alert["resolved_at"])):
        yield ValueWithLabel(label, _span(end - alert["triggered_at"]) if end else "–")
    yield ValueWithLabel("Channel", (alert["sent_to"] or "none yet").replace("_", " ").capitalize())


def _span(length: timedelta) -> str:
    minutes = max(0, round(length.total_seconds() / 60))  # seconds in a minute
    hours, rest = divmod(minutes, 60)  # minutes in an hour
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def _runbook(rule: AlertRule | None, code_url: str) -> tuple[str, str]:
    if rule is None:
        return "", ""
    name = rule.runbook.rpartition("#")[2].replace("-", " ").capitalize()
    return name, f"{code_url.rstrip('/')}/{rule.runbook}" if code_url else ""


def _calls(alert: Row, tables: list[Table]) -> Iterator[tuple[str, str, str]]:
    if alert["session_id"]:
        yield call_page("/", alert["session_id"]) or "", alert["session_id"], ""
    for table in tables:
        for row in table.rows:
            details = " · ".join(filter(None, (row.number, *row.details)))
            yield row.link or "", row.name, plain(details, 200)  # characters: a reason in two lines


def _events(alert: Row, rights: Rights, zone: tzinfo) -> Iterator[tuple[str, str]]:
    who = f" by {plain(alert['acknowledged_by'])}" if rights.identity and alert["acknowledged_by"] else ""
    happened: list[tuple[datetime | None, str]] = [
        (alert["triggered_at"], "Triggered"),
        (alert["acknowledged_at"], f"Acknowledged{who}"),
        (alert["resolved_at"], "Resolved"),
    ]
    if alert["suppressed"]:
        why = alert["suppressed"] if rights.identity else alert["suppressed"].partition(" by ")[0]
        happened.append((alert["triggered_at"], f"Not sent: {plain(why)}"))
    for at, what in sorted(((at, what) for at, what in happened if at is not None), key=lambda event: event[0]):
        yield f"{at.astimezone(zone):%b %d, %H:%M:%S}", what


def _silenced(silenced: Row | None, rights: Rights, zone: tzinfo) -> str:
    if silenced is None:
        return ""
    who = f" by {plain(silenced['silenced_by'])}" if rights.identity else ""
    return f"The rule is silenced until {moment(silenced['until'], zone)}{who}: what it finds is recorded, and no channel gets it."
