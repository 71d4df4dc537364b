"""Define what passes between the engine and a destination: sources, planned changes and their outcomes.

A *source* is what becomes due as a whole (a person, a call); a *change* is one item of it at the destination, identified
permanently by ``(destination, kind, key)``. States of an item in ``delivery_log``:

``sent`` was delivered; ``pending`` is retried on the next run; ``parked`` waits for a person; ``suppressed`` is not to be sent;
``superseded`` was sent with other content and cannot be changed there; ``unknown`` may have been delivered and is not sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

State = Literal["sent", "pending", "parked", "suppressed", "superseded", "unknown"]
Action = Literal["send", "unchanged", "suppress", "park", "wait", "supersede", "give_up"]
FINAL: frozenset[State] = frozenset({"sent", "parked", "suppressed", "superseded", "unknown"})


@dataclass(frozen=True)
class Source:
    """A source to deliver. ``version`` changes with its content; ``approx_chars`` is about how many characters it carries.

    ``analyses`` are the sequences of the analyses it is made of; ``session_id`` is the call, where it is one.
    """

    key: str
    version: str
    approx_chars: int = 0
    analyses: tuple[int, ...] = ()
    session_id: str | None = None


@dataclass(frozen=True)
class Change:
    """One item as it should be at the destination.

    ``fields`` are what would be written; ``content`` has a hash for each field of the whole item as it should be: hashes are
    stored, values are not. ``baseline`` has the hashes of the present values that the platform wrote, where they were looked up.
    ``before`` holds the present values, for previews only. ``human_edited`` names fields that a person edited there.
    """

    key: str
    source: str
    session_id: str | None
    action: Action
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    content: Mapping[str, str] = field(default_factory=dict[str, str])
    baseline: Mapping[str, str] = field(default_factory=dict[str, str])
    before: Mapping[str, Any] = field(default_factory=dict[str, Any])
    remote_id: str | None = None
    reason: str | None = None
    human_edited: tuple[str, ...] = ()
    payload: Any = None


@dataclass(frozen=True)
class ItemOutcome:
    """The result of sending a change. ``code`` is the vendor's own; ``reason`` says what to do, without personal data."""

    key: str
    delivered: bool
    permanent: bool = False
    remote_id: str | None = None
    code: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class DeliveryRecord:
    """The row of ``delivery_log`` of an item. ``intended`` is set while it is unknown whether a write was delivered.

    ``code``, ``failures`` and ``first_failed_at`` are of the failures in a row since it was delivered last.
    """

    state: State
    remote_id: str | None
    content: Mapping[str, str]
    intended: Mapping[str, str] | None
    intended_at: datetime | None
    code: str | None = None
    failures: int = 0
    first_failed_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass
class Counts:
    """Counts of the items of one kind in one sync, by outcome."""

    examined: int = 0
    sent: int = 0
    unchanged: int = 0
    suppressed: int = 0
    superseded: int = 0
    parked: int = 0
    pending: int = 0
    human_edited_fields: int = 0
