"""Alerts on their way to a channel, read from the state database: an alert must not wait for a build of the warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from sqlalchemy import select

from contract.platform.failures import PermanentFailure
from orchestration.alerts.message import alert_message
from orchestration.delivery.hashing import hash_of
from orchestration.delivery.items import Change, ItemOutcome, Source
from orchestration.delivery.log import logged_items
from orchestration.messages.message import Message
from orchestration.messages.text import text_of
from orchestration.state.database import StateDatabase
from orchestration.state.tables import ALERTS


class Channel(Protocol):
    """Where messages are posted."""

    def post(self, key: str, message: Message) -> str:
        """Post the message under our key and return the channel's id of it. Raises the failures of a destination."""
        ...


class AlertStage:
    """One item an alert, posted once; what is changed afterwards is a capability of the channel."""

    kind = "alert"

    def __init__(self, destination: str, state: StateDatabase, channel: Channel, base_url: str) -> None:
        self._destination, self._state, self._channel, self._base_url = destination, state, channel, base_url

    def sources(self, reader: StateDatabase) -> list[Source]:
        with reader.reading() as connection:
            rows = connection.execute(select(ALERTS.c.id).order_by(ALERTS.c.triggered_at, ALERTS.c.id)).scalars()
            return [Source(str(number), "posted") for number in rows]

    def plan(self, reader: StateDatabase, sources: Sequence[Source]) -> list[Change]:
        keys = [source.key for source in sources]
        sent = {key for key, record in logged_items(self._state, self._destination, self.kind, keys).items() if record.content}
        with reader.reading() as connection:
            rows = connection.execute(select(ALERTS).where(ALERTS.c.id.in_(map(int, keys)))).mappings().all()
        changes: list[Change] = []
        for row in rows:
            key, message = str(row["id"]), alert_message(dict(row), self._base_url)
            content = {"message": hash_of(text_of(message))}
            action = "unchanged" if key in sent else "suppress" if row["suppressed"] else "send"
            reason = row["suppressed"] if action == "suppress" else None
            changes.append(Change(key, key, row["session_id"], action, content=content, reason=reason, payload=message))
        return changes

    def send(self, changes: Sequence[Change]) -> Iterator[list[ItemOutcome]]:
        for change in changes:
            try:
                yield [ItemOutcome(change.key, delivered=True, remote_id=self._channel.post(change.key, change.payload))]
            except PermanentFailure as failure:
                yield [ItemOutcome(change.key, delivered=False, permanent=True, reason=str(failure))]


class AlertDestination:
    """A channel as a destination of the delivery engine."""

    def __init__(self, name: str, state: StateDatabase, channel: Channel, base_url: str) -> None:
        self.name, self._state = name, state
        self.stages = (AlertStage(name, state, channel, base_url),)

    def open(self) -> AbstractContextManager[StateDatabase]:
        return nullcontext(self._state)
