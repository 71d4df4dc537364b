"""Tell PagerDuty when calls begin to run on another version of the agent, as a change event beside the alerts that may follow.

A change event notifies nobody and has no dedup key: one whose answer was lost may be shown twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from contract.platform.failures import PermanentFailure
from contract.platform.times import read_moment
from orchestration.delivery.hashing import hash_of
from orchestration.delivery.items import Change, ItemOutcome, Source
from orchestration.delivery.log import remote_ids
from orchestration.destinations.pagerduty.channel import SOURCE, SUMMARY_CHARACTERS
from orchestration.destinations.pagerduty.client import PagerDutyClient
from orchestration.state.database import StateDatabase
from orchestration.state.tables import RECENT_CALLS, STARTS

LOOKED_BACK = timedelta(hours=24)
"""What began earlier is no news."""
ABSENT_FOR = timedelta(hours=1)
"""How long a version must have been gone, while others took calls, for its return to be a change: workers of two versions take
turns while the new one is rolled out."""


@dataclass(frozen=True)
class VersionChange:
    """A version of the agent, and when the first call began on it."""

    version: str
    at: datetime

    @property
    def key(self) -> str:
        return f"{self.at.astimezone(UTC).isoformat()} {self.version}"

    @classmethod
    def read(cls, key: str) -> VersionChange:
        at, _, version = key.partition(" ")
        return cls(version, read_moment(at))


def version_changes(starts: Iterable[tuple[datetime, str]]) -> Iterator[VersionChange]:
    """Yield the changes among calls in the order in which they began; the first version is none. Pure."""
    last_seen: dict[str, datetime] = {}
    for at, version in starts:
        before = last_seen.get(version)
        others = [seen for other, seen in last_seen.items() if other != version]
        if others and (before is None or (at - before > ABSENT_FOR and max(others) > before)):
            yield VersionChange(version, at)
        last_seen[version] = at


class VersionStage:
    """One item for each change of the version of the agent within the last day."""

    kind = "change"

    def __init__(self, destination: str, state: StateDatabase, client: PagerDutyClient, now: datetime) -> None:
        self._destination, self._state, self._client, self._now = destination, state, client, now

    def sources(self, reader: StateDatabase) -> list[Source]:
        with reader.reading() as connection:
            found = list(version_changes(_starts(connection, self._now - LOOKED_BACK)))
        if not found:
            return []
        told = [VersionChange.read(key) for key, _ in remote_ids(self._state, self._destination, self.kind)]
        return [Source(_known_as(change, told).key, "1") for change in found]

    def plan(self, reader: StateDatabase, sources: Sequence[Source]) -> list[Change]:
        content = {"change": hash_of("told")}
        return [
            Change(
                source.key, source.key, None, "send", fields={"summary": _summary(VersionChange.read(source.key))}, content=content
            )
            for source in sources
        ]

    def send(self, changes: Sequence[Change]) -> Iterator[list[ItemOutcome]]:
        for change in changes:
            told = VersionChange.read(change.key)
            payload = {"summary": _summary(told), "source": SOURCE, "timestamp": told.at.astimezone(UTC).isoformat()}
            try:
                self._client.change({**payload, "custom_details": {"agent_version": told.version}})
                yield [ItemOutcome(change.key, delivered=True, remote_id=change.key)]
            except PermanentFailure as failure:
                yield [ItemOutcome(change.key, delivered=False, permanent=True, reason=str(failure))]


def _starts(connection: Connection, since: datetime) -> list[tuple[datetime, str]]:
    """Return when calls began and on which version, in this order, with the last call before ``since``."""
    earlier: list[tuple[datetime, str]] = []
    later: set[tuple[datetime, str]] = set()
    for c in (STARTS.c, RECENT_CALLS.c):
        columns = select(c.started_at, c.agent_version).where(c.agent_version.is_not(None))
        before = columns.where(c.started_at <= since).order_by(c.started_at.desc()).limit(1)
        earlier += [(at, version) for at, version in connection.execute(before).tuples()]
        later |= {(at, version) for at, version in connection.execute(columns.where(c.started_at > since)).tuples()}
    return [*sorted(earlier)[-1:], *sorted(later)]


def _known_as(change: VersionChange, told: Sequence[VersionChange]) -> VersionChange:
    """Return the change as it was told: a call that becomes known later may have begun a little earlier."""
    same = (one for one in told if one.version == change.version and abs(one.at - change.at) <= ABSENT_FOR)
    return next(same, change)


def _summary(change: VersionChange) -> str:
    return f"Calls began to run on agent version {change.version}"[:SUMMARY_CHARACTERS]
