"""An alert as a message, for every channel alike. It names the call, never the caller: the link leads to who it was.

What must not be left out when a channel takes no more stands first: times, what to do and the link, then details and calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from contract.platform.call_page import call_page
from orchestration.messages import message as blocks
from orchestration.messages.message import Block, Facts, Figure, Footer, Header, Line, Lines, Link, Message, Moment, Moments, Table

Row = Mapping[str, Any]
_SHOWN_LATER = "key_signals"
_TIMES = {"since": "Since", "meeting_time": "Meeting"}
_CALLS = ("affected_sessions", "sessions")
_NO_FACTS = (_SHOWN_LATER, *_TIMES, *_CALLS, "action", "lead_key")


CHANNELS = {"pagerduty": "PagerDuty", "slack": "Slack", "email": "E-mail"}
"""Channels as messages write them, by the first part of their names."""


def alert_message(
    alert: Row,
    base_url: str,
    runbook: str = "",
    *,
    action: str = "",
    in_place_of: str | None = None,
    crm_page: str | None = None,
    code_url: str = "",
) -> Message:
    """Build the message from a row of ``alerts_history``; the same row gives the same message. No link without ``base_url``.

    ``action`` is what the rule says to do, where the alert itself does not; ``in_place_of`` is the channel that has not taken the
    alert, ``crm_page`` the address of the call's record in the CRM, once there is one; ``code_url`` is where the repository is
    browsed.
    """
    content = (*_blocks(alert, base_url, action, in_place_of, crm_page), *_runbook(runbook, code_url))
    return Message(f"{alert['severity']} {alert['alert_name']}: {alert['message']}", content)


def _blocks(alert: Row, base: str, action: str, in_place_of: str | None, crm_page: str | None) -> Iterator[Block]:
    context: Row = alert["context"] or {}
    name = f"{alert['severity']} {alert['alert_name']}"
    channel = CHANNELS.get((in_place_of or "").partition("_")[0])
    caution = f"{channel} has not taken this alert, so it is told here." if channel else None
    yield Header(name, (alert["message"],), caution=caution, note=name)
    yield Moments(tuple(_moments(alert, context)))
    if to_do := context.get("action") or action:
        yield Lines("", "What to do", (Line(to_do),))
    if alert["session_id"] and (page := call_page(base, alert["session_id"])):
        yield Link("Open the call", page)
    if crm_page:
        yield Link("Open it in the CRM", crm_page)
    facts = {**{name: value for name, value in context.items() if name not in _NO_FACTS}, **(context.get(_SHOWN_LATER) or {})}
    figures = tuple(
        Figure(name.replace("_", " ").capitalize(), _written(value)) for name, value in facts.items() if value not in (None, "")
    )
    if figures:
        yield Facts("", "Details", figures)
    for name in _CALLS:
        if calls := context.get(name):
            yield Table("", "Calls", "", tuple(_call(call, base) for call in calls), "")


def _runbook(runbook: str, code_url: str) -> Iterator[Block]:
    if runbook and code_url:
        yield Link("Runbook", f"{code_url.rstrip('/')}/{runbook}")
    elif runbook:
        yield Footer((f"Runbook: {runbook}",))


def _moments(alert: Row, context: Row) -> Iterator[Moment]:
    yield Moment("Triggered", alert["triggered_at"])
    for name, label in _TIMES.items():
        if context.get(name):
            yield Moment(label, datetime.fromisoformat(context[name]))
    if alert.get("acknowledged_at"):
        yield Moment("Acknowledged", alert["acknowledged_at"], f"by {alert['acknowledged_by']}")
    if alert.get("resolved_at"):
        yield Moment("Resolved", alert["resolved_at"])


def _call(call: str | Sequence[Any], base: str) -> blocks.Row:
    """Return the line of a call: a session id, or one with its engagement score and the reason for it."""
    session, score, reason = (call, "", "") if isinstance(call, str) else call
    return blocks.Row(str(score), session, call_page(base, session), (reason,) if reason else ())


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_written(of_name)}" for name, of_name in value.items())
    if isinstance(value, list):
        return ", ".join(map(_entry, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def _entry(entry: object) -> str:
    """Write an entry of a list; one of a digest is what it is about, how often, and perhaps a quote."""
    if not isinstance(entry, list):
        return _written(entry)
    about, count, *quotes = entry
    return f"{about} ({_written(count)})" + "".join(f" “{quote}”" for quote in quotes if quote)
