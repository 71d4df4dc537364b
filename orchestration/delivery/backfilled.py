"""Keep what only a backfill changed from being sent, unless the backfill was to deliver.

A source is handled in the version that the backfill gave it, so it is due again with its next other change, which then brings
everything to the destination. A source that only a backfill brought about (a call that has qualified since) is logged as
suppressed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from contract.platform.batching import batches
from orchestration.delivery.items import Change, Source
from orchestration.delivery.log import handled_versions, record_decisions, record_handled
from orchestration.state.backfills import undelivered_analyses
from orchestration.state.database import StateDatabase
from orchestration.state.documents import AT_ONCE
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
        handled = _handled(connection, destination, kind, due)
    return frozenset(source for source in due if _only_of(undelivered, source, handled))


def record_suppressed(connection: Connection, destination: str, kind: str, sources: Collection[Source], now: datetime) -> None:
    """Record that these sources are handled, and suppress those of which nothing was ever sent."""
    known = _handled(connection, destination, kind, sources)
    new = [source for source in sources if source.key not in known]
    changes = [Change(source.key, source.key, source.session_id, "suppress", reason=BACKFILLED) for source in new]
    record_decisions(connection, destination, kind, changes, now)
    record_handled(connection, destination, kind, list(sources))


def note_what_is_due(state: StateDatabase, destination: str, kind: str, sources: Sequence[Source], now: datetime) -> None:
    """Record before a backfill which of the sources are due, so that they stay so, and the latest analysis of the others.

    What only an earlier backfill changed is not due.
    """
    handled = handled_versions(state, destination, kind, [source.key for source in sources])
    due = [source for source in sources if handled.get(source.key) != source.version]
    earlier = changed_by_backfill(state, destination, kind, due)
    with state.writing() as connection:
        record_suppressed(connection, destination, kind, earlier, now)
        record_handled(connection, destination, kind, [s for s in sources if handled.get(s.key) == s.version])
        waiting = [Source(s.key, handled.get(s.key, _NEVER_HANDLED)) for s in due if s not in earlier]
        record_handled(connection, destination, kind, waiting)


def _handled(connection: Connection, destination: str, kind: str, sources: Collection[Source]) -> dict[str, int | None]:
    """Return the latest analysis of each of the sources that is known, by key; None where more is due than a backfill's."""
    c = DELIVERY_SOURCES.c
    found: dict[str, int | None] = {}
    for some in batches([source.key for source in sources], AT_ONCE):
        query = select(c.source_key, c.analysis_seq).where(c.destination == destination, c.kind == kind)
        found.update(connection.execute(query.where(c.source_key.in_(some))).tuples().all())
    return found


def _only_of(undelivered: frozenset[int], source: Source, handled: Mapping[str, int | None]) -> bool:
    if source.key not in handled:
        return bool(source.analyses) and undelivered.issuperset(source.analyses)
    latest = handled[source.key]
    if latest is None:
        return False
    since = [seq for seq in source.analyses if seq > latest]
    return bool(since) and undelivered.issuperset(since)
