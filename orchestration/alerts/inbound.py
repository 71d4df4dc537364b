"""Act on what vendors told the web service: who takes an alert at Slack or PagerDuty has acknowledged it here.

Each event is acted on in the transaction that marks it as handled, so that a kill repeats it and nothing is done twice. An alert is
acknowledged once, by whoever was first; one that has resolved needs nobody any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import orjson
from sqlalchemy import Connection, select

from orchestration.alerts.dedup_keys import alert_of
from orchestration.state.alerting import acknowledge
from orchestration.state.database import StateDatabase
from orchestration.state.inbound_events import InboundEvent, mark_handled, waiting_event
from orchestration.state.tables import ALERTS

ACKNOWLEDGE = "acknowledge"
"""The ``action_id`` of the button in Slack; its value is the id of the alert."""
_TAKEN = ("incident.acknowledged", "incident.resolved")
_NAME_CHARACTERS = 200  # of who acknowledged; names have fewer


@dataclass(frozen=True)
class Acknowledgement:
    """Who took which alert, as a vendor says."""

    alert: int
    by: str


def act_on_events(state: StateDatabase, now: datetime) -> int:
    """Handle the events that wait, oldest first, and return their number. Two processes at once handle each once."""
    handled = 0
    while True:
        with state.writing() as connection:
            event = waiting_event(connection)
            if event is None:
                return handled
            mark_handled(connection, event, now, _outcome(connection, event))
        handled += 1


def _outcome(connection: Connection, event: InboundEvent) -> str:
    try:
        found = list(_READERS[event.vendor](event))
    except (ValueError, LookupError, TypeError, AttributeError):
        return "not what the vendor documents: nothing done"
    said = [_acknowledged(connection, one, event.received_at) for one in found]
    return "; ".join(said) or f"nothing to do for {event.kind}"


def _acknowledged(connection: Connection, said: Acknowledgement, at: datetime) -> str:
    c = ALERTS.c
    row = connection.execute(select(c.acknowledged_at, c.resolved_at).where(c.id == said.alert)).one_or_none()
    if row is None:
        return "of no alert that is known here"
    if row.resolved_at is not None:
        return f"alert {said.alert} had resolved"
    done = acknowledge(connection, said.alert, said.by[:_NAME_CHARACTERS], at)
    return f"alert {said.alert} is acknowledged" if done else f"alert {said.alert} was acknowledged before"


def _of_pagerduty(event: InboundEvent) -> Iterator[Acknowledgement]:
    """Read a V3 event; what our own events brought about names no user and acknowledges nothing.

    Source: developer.pagerduty.com/docs/webhooks-overview, "Webhook payload" and "Event data types, incident".
    """
    found = orjson.loads(event.body)["event"]
    agent: Mapping[str, Any] = found.get("agent") or {}
    if found["event_type"] not in _TAKEN or agent.get("type") != "user_reference":
        return
    number = alert_of(found["data"]["incident_key"] or "")
    if number is not None:
        yield Acknowledgement(number, f"{agent['summary']} (PagerDuty)")


def _of_slack(event: InboundEvent) -> Iterator[Acknowledgement]:
    """Read the buttons of an interaction (docs.slack.dev/reference/interaction-payloads/block_actions-payload)."""
    if event.kind != "block_actions":
        return
    payload = orjson.loads(parse_qs(event.body)["payload"][0])
    user = payload["user"]
    for action in payload["actions"]:
        if action["action_id"] == ACKNOWLEDGE:
            yield Acknowledgement(int(action["value"]), f"{user.get('username') or user.get('name') or user['id']} (Slack)")


_READERS = {"pagerduty": _of_pagerduty, "slack": _of_slack}
