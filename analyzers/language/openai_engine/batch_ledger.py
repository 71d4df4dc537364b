"""What must survive a kill between submitting a batch and collecting it. Where it is kept is the caller's matter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

ANNOTATED = "annotated"
RETRY = "again:"


@dataclass(frozen=True)
class Planned:
    """A request of a batch: the transcript's hash, which is its custom id, and its reservation in the budget."""

    transcript: str
    reservation: int


@dataclass(frozen=True)
class BatchRecord:
    """A batch under way. ``file_id`` and ``batch_id`` are the service's, None until it has told them."""

    batch_key: str
    version: str
    file_id: str | None
    batch_id: str | None
    items: Sequence[Planned]


class BatchLedger(Protocol):
    """An outcome is ``annotated``, ``again:<reason>`` for what may be submitted again, or the reason why it never will be."""

    def under_way(self) -> list[BatchRecord]:
        """Planned or submitted, not yet collected; oldest first."""
        ...

    def not_to_submit(self, version: str, transcripts: Collection[str]) -> set[str]:
        """Those already under way, or which failed for good, under this version."""
        ...

    def plan(self, batch_key: str, version: str, items: Sequence[Planned]) -> None:
        """Written before anything is sent, so that a batch whose answer was lost is found again by its key."""
        ...

    def uploaded(self, batch_key: str, file_id: str) -> None: ...

    def submitted(self, batch_key: str, batch_id: str) -> None: ...

    def finished(self, batch_key: str, outcomes: Mapping[str, str]) -> None:
        """Closes the batch; requests without an outcome get ``again:missing``."""
        ...
