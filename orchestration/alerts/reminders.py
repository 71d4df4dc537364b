"""Repeat an alert once that nobody has acknowledged in time (``repeat_after`` of ``data/alerts.yml``), into its own thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select

from contract.platform.failures import PermanentFailure
from orchestration.alerts.channel import Row, phase_of
from orchestration.alerts.stage import KIND, NEWS_FOR, OVER, AlertSync
from orchestration.delivery.hashing import hash_of
from orchestration.delivery.items import Change, ItemOutcome, Source
from orchestration.delivery.log import logged_items
from orchestration.state.database import StateDatabase
from orchestration.state.tables import ALERTS

_COLUMNS = ("id", "alert_name", "context", "session_id", "triggered_at", "acknowledged_at", "resolved_at")
_ONCE = "once"
"""The version of a reminder: there is no second one."""


class Threads(Protocol):
    """A channel that can add to the thread of a message."""

    def remind(self, remote_id: str, alert: Row, text: str) -> str:
        """Add the reminder to the thread of an alert's message, and return its id."""
        ...

    def reminded(self, remote_id: str, alert: str) -> str | None:
        """Return the id of the reminder that the thread has; None when it has none."""
        ...


class ReminderStage:
    """One item for each alert that waits too long for somebody."""

    kind = "reminder"

    def __init__(self, destination: str, threads: Threads, run: AlertSync) -> None:
        self._destination, self._threads, self._run = destination, threads, run
        self._after = {rule.name: timedelta(minutes=rule.repeat_after) for rule in run.rules.rules if rule.repeat_after}

    def sources(self, reader: StateDatabase) -> list[Source]:
        waiting = [row for row in self._alerts(reader) if phase_of(row) == "firing"]
        begun = logged_items(self._run.state, self._destination, self.kind, [str(row["id"]) for row in waiting])
        posted = self._posted(waiting)
        due = [row for row in waiting if str(row["id"]) in begun or self._is_late(row, posted.get(str(row["id"])))]
        return [Source(str(row["id"]), _ONCE, session_id=row["session_id"]) for row in due]

    def plan(self, reader: StateDatabase, sources: Sequence[Source]) -> list[Change]:
        keys = {source.key for source in sources}
        records = logged_items(self._run.state, self._destination, self.kind, sorted(keys))
        rows = {key: row for row in self._alerts(reader) if (key := str(row["id"])) in keys}
        messages = logged_items(self._run.state, self._destination, KIND, sorted(keys))
        return [self._planned(source, rows.get(source.key), messages[source.key].remote_id, records) for source in sources]

    def send(self, changes: Sequence[Change]) -> Iterator[list[ItemOutcome]]:
        for change in changes:
            message, row = change.payload
            try:
                remote_id = self._threads.remind(message, row, change.fields["text"])
                yield [ItemOutcome(change.key, delivered=True, remote_id=remote_id)]
            except PermanentFailure as failure:
                yield [ItemOutcome(change.key, delivered=False, permanent=True, reason=str(failure))]

    def _alerts(self, reader: StateDatabase) -> list[Row]:
        c = ALERTS.c
        query = select(*(c[name] for name in _COLUMNS)).where(c.triggered_at > self._run.now - NEWS_FOR, c.suppressed.is_(None))
        with reader.reading() as connection:
            rows = connection.execute(query.where(c.alert_name.in_(self._after)).order_by(c.triggered_at, c.id)).mappings()
            return [dict(row) for row in rows]

    def _posted(self, rows: Sequence[Row]) -> Mapping[str, datetime]:
        """Return when each alert was posted, of those that were."""
        records = logged_items(self._run.state, self._destination, KIND, [str(row["id"]) for row in rows])
        return {key: r.changed_at for key, r in records.items() if r.state == "sent" and r.remote_id and r.changed_at}

    def _is_late(self, row: Row, posted: datetime | None) -> bool:
        after = self._after[row["alert_name"]]
        return posted is not None and self._run.now - row["triggered_at"] >= after and self._run.clock() - posted >= after

    def _planned(self, source: Source, row: Row | None, message: str | None, records: Mapping[str, object]) -> Change:
        if row is None or message is None or phase_of(row) != "firing":
            return Change(source.key, source.key, source.session_id, "suppress", reason=OVER)
        minutes = self._after[row["alert_name"]] // timedelta(minutes=1)
        text = f"Nobody has acknowledged this for {minutes} minutes."
        content = {"text": hash_of(text)}
        found = self._threads.reminded(message, source.key) if source.key in records else None
        action = "unchanged" if found else "send"
        return Change(
            source.key,
            source.key,
            source.session_id,
            action,
            fields={"text": text},
            content=content,
            remote_id=found,
            payload=(message, row),
        )
