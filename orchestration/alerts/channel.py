"""Define a channel of alerts: where they are sent, and what passes between it and the stages that plan for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from orchestration.messages.message import Message

Phase = Literal["firing", "acknowledged", "resolved"]
Row = Mapping[str, Any]
"""A row of ``alerts_history``."""


@dataclass(frozen=True)
class OutgoingAlert:
    """An alert as a channel gets it. ``channel`` is the name in ``data/alerts.yml``, ``in_place_of`` that of the rule when it is
    another one. ``content`` is what the channel tells two versions of it apart by."""

    key: str
    row: Row
    message: Message
    content: str
    channel: str
    in_place_of: str | None = None

    @property
    def rule(self) -> str:
        return self.row["alert_name"]


def phase_of(row: Row) -> Phase:
    """Return how far an alert is; it never goes back."""
    if row["resolved_at"] is not None:
        return "resolved"
    return "firing" if row["acknowledged_at"] is None else "acknowledged"


@dataclass(frozen=True)
class FoundMessage:
    """A message that a channel has of an alert."""

    remote_id: str
    content: str


class Channel(Protocol):
    """Where alerts are sent. Every method that sends raises the failures of a destination."""

    @property
    def is_editable(self) -> bool:
        """Return whether it can find and update what was sent."""
        ...

    @property
    def only_open(self) -> bool:
        """Return whether an alert that was acknowledged or resolved before it could be sent is left out."""
        ...

    def content_of(self, row: Row, message: Message) -> str:
        """Return what two versions of an alert are told apart by."""
        ...

    def backoff(self, code: str | None, failures: int) -> timedelta:
        """Return how long an item waits after so many failures in a row, the last with the vendor's ``code``."""
        ...

    def post(self, alert: OutgoingAlert) -> str:
        """Send an alert and return the channel's id of the message."""
        ...

    def update(self, remote_id: str, alert: OutgoingAlert) -> None:
        """Put the alert in place of what the message says; only called on an editable channel."""
        ...

    def find(self, intended: Mapping[str, datetime], alerts: Mapping[str, OutgoingAlert]) -> Mapping[str, FoundMessage]:
        """Return the messages of these alerts that the channel has, by key; only called on an editable channel.

        ``intended`` says since when each may have been sent.
        """
        ...
