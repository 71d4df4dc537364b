"""Define a destination for the delivery engine: stages that plan and send items, read through the destination's own reader.

The engine knows neither the reader nor the vendor. Possible readers: the published warehouse (CRM, analytics), the state database
(alerts, which must not wait for a build), a folder of reports (e-mails).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar, runtime_checkable

from sqlalchemy import Connection

from orchestration.delivery.items import Change, ItemOutcome, Source

Reader = TypeVar("Reader")
ReaderIn = TypeVar("ReaderIn", contravariant=True)


class Stage(Protocol[ReaderIn]):
    """Plan and send items of one kind. Every method may raise ``TransientFailure`` when the destination is unavailable."""

    @property
    def kind(self) -> str:
        """Return the kind of its items in ``delivery_log``."""
        ...

    def sources(self, reader: ReaderIn, /) -> Iterable[Source]:
        """Give everything that could be due, with versions; sends no request to the destination.

        The engine plans and sends some of them before it takes the next.
        """
        ...

    def plan(self, reader: ReaderIn, sources: Sequence[Source], /) -> list[Change]:
        """Return each item of the sources as it should be, compared with what was sent and what the destination has."""
        ...

    def send(self, changes: Sequence[Change], /) -> Iterator[list[ItemOutcome]]:
        """Write the changes; yield outcomes as they become known, one for each change in the end."""
        ...


class Destination(Protocol[Reader]):
    """Give one vendor's stages and their reader to a sync."""

    @property
    def name(self) -> str: ...

    @property
    def stages(self) -> Sequence[Stage[Reader]]:
        """Return the stages in the order of sending: items that others refer to go first."""
        ...

    def open(self) -> AbstractContextManager[Reader]:
        """Open what the stages read, for one sync."""
        ...


AnyDestination = Destination[Any]


@runtime_checkable
class Noting(Protocol):
    """A stage that keeps a note of its own of what was delivered."""

    def note_delivered(self, connection: Connection, changes: Sequence[Change], /) -> None:
        """Write the note, in the transaction in which these items are recorded as sent; harmless to repeat."""
        ...


@runtime_checkable
class Urgent(Protocol):
    """A destination some of whose items do not wait while its circuit is open."""

    @property
    def urgent_stages(self) -> Sequence[Stage[Any]]:
        """Return stages that plan and send these items alone."""
        ...
