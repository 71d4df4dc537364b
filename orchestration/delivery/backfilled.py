"""Keep what only a backfill changed from being sent, unless the backfill was to deliver.

A source is handled in the version that the backfill gave it, so it is due again with its next other change, which then brings
everything to the destination. A source that only a backfill brought about (a call that has qualified since) is logged as
suppressed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from orchestration.delivery.items import Change, Source
from orchestration.delivery.log import record_decisions, record_handled
from orchestration.state.backfills import undelivered_analyses
from orchestration.state.database import StateDatabase
from orchestration.state.tables import DELIVERY_SOURCES

BACKFILLED = "Only a backfill without --deliver brought it about; its next change sends it."
_NEVER_HANDLED = ""
"""The version of a source that was due before anything of it was handled."""


def changed_by_backfill(state: StateDatabase, destination: str, kind: str, due: Sequence[Source]) -> frozenset[Source]:
    """Return those of the due sources in which everything new since they were handled comes from backfills that deliver nothing.

    A source never handled counts when all of it comes from them. What was due when a backfill began is none of them.
    """
    with state.reading() as connection:
        undelivered = undelivered_analyses(connection, destination)
        if not undelivered:
            return frozenset()
        handled = _handled(connection, destination, kind)
    return frozenset(source for source in due if _only_of(undelivered, source, handled))


def record_suppressed(connection: Connection, destination: str, kind: str, sources: Collection[Source], now: datetime) -> None:
    """Record that these sources are handled, and suppress those of which nothing was ever sent."""
    known = _handled(connection, destination, kind)
    new = [source for source in sources if source.key not in known]
    changes = [Change(source.key, source.key, source.session_id, "suppress", reason=BACKFILLED) for source in new]
    record_decisions(connection, destination, kind, changes, now)
    record_handled(connection, destination, kind, list(sources))


def note_what_is_due(connection: Connection, destination: str, kind: str, sources: Sequence[Source]) -> None:
    """Record before a backfill which sources are due, so that they stay so, and of which analyses the others are made."""
    c = DELIVERY_SOURCES.c
    query = select(c.source_key, c.version).where(c.destination == destination, c.kind == kind)
    handled = dict(connection.execute(query).tuples().all())
    identity = {"destination": destination, "kind": kind}
    new = [{**identity, "source_key": s.key, "version": _NEVER_HANDLED} for s in sources if s.key not in handled]
    if new:
        connection.execute(insert(DELIVERY_SOURCES), new)
    due = [s for s in sources if handled.get(s.key, s.version) != s.version]
    of_kind = update(DELIVERY_SOURCES).where(c.destination == destination, c.kind == kind)
    for source in due:
        connection.execute(of_kind.where(c.source_key == source.key).values(analysis_seq=None))
    record_handled(connection, destination, kind, [s for s in sources if handled.get(s.key) == s.version])


def _handled(connection: Connection, destination: str, kind: str) -> dict[str, int | None]:
    """Return the latest analysis of every source that is known, by key; None where what is due is more than a backfill's."""
    c = DELIVERY_SOURCES.c
    query = select(c.source_key, c.analysis_seq).where(c.destination == destination, c.kind == kind)
    return dict(connection.execute(query).tuples().all())


def _only_of(undelivered: frozenset[int], source: Source, handled: Mapping[str, int | None]) -> bool:
    if source.key not in handled:
        return bool(source.analyses) and undelivered.issuperset(source.analyses)
    latest = handled[source.key]
    if latest is None:
        return False
    since = [seq for seq in source.analyses if seq > latest]
    return bool(since) and undelivered.issuperset(since)
