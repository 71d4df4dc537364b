"""Find documents that fell back to the embedded engine, and make them pending again."""

from __future__ import annotations

from collections.abc import Iterator

from contract.platform.store import Store
from orchestration.state.database import StateDatabase
from orchestration.state.documents import analysed_days, redo_sessions
from orchestration.warehouse.lake import read_parts


def replay(state: StateDatabase, store: Store, reason: str | None = None) -> int:
    """Make fallbacks pending again, all or those of one ``fallback_reason``; return how many documents became pending."""
    with state.reading() as connection:
        days = analysed_days(connection)
    sessions = [session_id for day in days for session_id in _fell_back(read_parts(store, "transcript_annotations", day), reason)]
    with state.writing() as connection:
        return redo_sessions(connection, sessions)


def _fell_back(rows: list[dict[str, str | None]], reason: str | None) -> Iterator[str]:
    for row in rows:
        if row["fallback_reason"] and reason in (None, row["fallback_reason"]):
            yield str(row["session_id"])
