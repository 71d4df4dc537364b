"""Alerts on their way to a channel, read from the state database: an alert must not wait for a build of the warehouse.

Each alert is one item, sent once. Where the channel can change what it has, the item is updated in place when the alert is
acknowledged or resolved, and one whose outcome nobody recorded is looked for there before it is sent again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import and_, select

from contract.platform.failures import PermanentFailure
from contract.reference import Reference
from orchestration.alerts.message import alert_message
from orchestration.alerts.rules import AlertRules
from orchestration.delivery.engine import due_sources
from orchestration.delivery.hashing import hash_of
from orchestration.delivery.items import Change, DeliveryRecord, ItemOutcome, Source
from orchestration.delivery.log import logged_items
from orchestration.messages.message import Message
from orchestration.messages.text import text_of
from orchestration.state.database import StateDatabase
from orchestration.state.tables import ALERTS, DOCUMENTS

NEWS_FOR = timedelta(hours=24)
"""An alert of which nothing was ever sent is no news after that: a channel that is set up later does not get the history."""
UPDATED_FOR = timedelta(days=30)
"""How long after it was triggered an alert is still updated."""
OLD = "It was triggered over 24 hours before the channel could get it."
OF_A_TEST_CALL = "It is of a test call."
UNCHANGEABLE = "It was sent before it changed; this channel cannot change what it has."


@dataclass(frozen=True)
class OutgoingAlert:
    """An alert as a channel gets it. ``content`` is a hash of all that it says."""

    key: str
    rule: str
    message: Message
    content: str


@dataclass(frozen=True)
class FoundMessage:
    """A message that a channel has of an alert."""

    remote_id: str
    content: str


class Channel(Protocol):
    """Where alerts are sent. Every method raises the failures of a destination."""

    @property
    def is_editable(self) -> bool:
        """Return whether it can find and update what was sent."""
        ...

    def takes(self, rule: str) -> bool:
        """Return whether it gets the alerts of a rule."""
        ...

    def post(self, alert: OutgoingAlert) -> str:
        """Send an alert and return the channel's id of the message."""
        ...

    def update(self, remote_id: str, alert: OutgoingAlert) -> None:
        """Put the alert in place of what the message says; only called on an editable channel."""
        ...

    def find(self, intended: Mapping[str, datetime], rules: Mapping[str, str]) -> Mapping[str, FoundMessage]:
        """Return the messages of these alerts that the channel has, by key; only called on an editable channel.

        ``intended`` says since when each may have been sent, ``rules`` of which rule it is.
        """
        ...


class AlertStage:
    """One item an alert."""

    kind = "alert"

    def __init__(self, destination: str, state: StateDatabase, channel: Channel, base_url: str, now: datetime) -> None:
        self._destination, self._state, self._channel, self._base_url, self._now = destination, state, channel, base_url, now
        self._rules = {rule.name: rule for rule in Reference().table(AlertRules).rules}

    def sources(self, reader: StateDatabase) -> list[Source]:
        c = ALERTS.c
        query = select(c.id, c.change_seq, c.session_id, c.alert_name).where(c.triggered_at > self._now - UPDATED_FOR)
        with reader.reading() as connection:
            rows = connection.execute(query.order_by(c.triggered_at, c.id)).all()
        taken = (row for row in rows if self._channel.takes(row.alert_name))
        return [Source(str(row.id), str(row.change_seq), session_id=row.session_id) for row in taken]

    def plan(self, reader: StateDatabase, sources: Sequence[Source]) -> list[Change]:
        keys = [source.key for source in sources]
        records = logged_items(self._state, self._destination, self.kind, keys)
        rows = self._rows(reader, keys)
        found = self._found(rows, records)
        return [self._planned(row, records.get(str(row["id"])), found.get(str(row["id"]))) for row in rows]

    def send(self, changes: Sequence[Change]) -> Iterator[list[ItemOutcome]]:
        for change in changes:
            try:
                if change.remote_id:
                    self._channel.update(change.remote_id, change.payload)
                remote_id = change.remote_id or self._channel.post(change.payload)
                yield [ItemOutcome(change.key, delivered=True, remote_id=remote_id)]
            except PermanentFailure as failure:
                yield [ItemOutcome(change.key, delivered=False, permanent=True, reason=str(failure))]

    def _rows(self, reader: StateDatabase, keys: Sequence[str]) -> list[Mapping[str, Any]]:
        """Read alerts, oldest first, each with whether its call is a test call."""
        tests = select(DOCUMENTS.c.session_id).where(DOCUMENTS.c.test_call, DOCUMENTS.c.session_id == ALERTS.c.session_id)
        query = select(ALERTS, and_(ALERTS.c.session_id.is_not(None), tests.exists()).label("is_test"))
        with reader.reading() as connection:
            rows = connection.execute(query.where(ALERTS.c.id.in_(map(int, keys))).order_by(ALERTS.c.triggered_at, ALERTS.c.id))
            return [dict(row) for row in rows.mappings()]

    def _found(self, rows: Sequence[Mapping[str, Any]], records: Mapping[str, DeliveryRecord]) -> Mapping[str, FoundMessage]:
        if not self._channel.is_editable:
            return {}
        lost = {key: r.intended_at for key, r in records.items() if r.intended_at and r.intended and not r.remote_id}
        rules = {str(row["id"]): row["alert_name"] for row in rows if str(row["id"]) in lost}
        return self._channel.find(lost, rules) if lost else {}

    def _planned(self, row: Mapping[str, Any], record: DeliveryRecord | None, found: FoundMessage | None) -> Change:
        rule = self._rules.get(row["alert_name"])
        message = alert_message(row, self._base_url, rule.runbook if rule else "")
        key, content = str(row["id"]), hash_of(text_of(message))
        alert = OutgoingAlert(key, row["alert_name"], message, content)
        facts: dict[str, Any] = {"content": {"message": content}, "fields": {"message": message.subject}, "payload": alert}

        def change(action: Any, reason: str | None = None, remote_id: str | None = None) -> Change:
            return Change(key, key, row["session_id"], action, reason=reason, remote_id=remote_id, **facts)

        sent = found.content if found else record.content.get("message") if record else None
        remote_id = found.remote_id if found else record.remote_id if record else None
        if sent is None and not (record and record.intended) and (reason := self._not_to_be_sent(row)):
            return change("suppress", reason)
        if sent == content:
            return change("unchanged", remote_id=remote_id)
        if sent and not self._channel.is_editable:
            return change("supersede", UNCHANGEABLE)
        return change("send", remote_id=remote_id)

    def _not_to_be_sent(self, row: Mapping[str, Any]) -> str | None:
        if row["suppressed"]:
            return row["suppressed"]
        if row["is_test"]:
            return OF_A_TEST_CALL
        return OLD if row["triggered_at"] < self._now - NEWS_FOR else None


class AlertDestination:
    """A channel as a destination of the delivery engine. ``now`` is when the sync began."""

    def __init__(self, name: str, state: StateDatabase, channel: Channel, base_url: str, now: datetime) -> None:
        self.name, self._state = name, state
        self.stages = (AlertStage(name, state, channel, base_url, now),)

    def open(self) -> AbstractContextManager[StateDatabase]:
        return nullcontext(self._state)

    def is_due(self) -> bool:
        """Return whether an alert is new or changed, or waits for another try."""
        return any(next(due_sources(stage, self.name, self._state, self._state), None) for stage in self.stages)
