"""Find calls that the ledger calls analysed although the lake has lost their document row or their analysis."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from contract.platform.store import Store
from orchestration.state.database import StateDatabase
from orchestration.state.documents import redo_sessions
from orchestration.state.tables import DOCUMENTS
from orchestration.warehouse.lake_parts import list_parts, versions_of_day

_NEEDED = ("session_documents", "analysis_results")


@dataclass(frozen=True)
class LostAnalysis:
    session_id: str
    store_key: str


def lost_analyses(store: Store, state: StateDatabase) -> list[LostAnalysis]:
    """Return analysed documents of which the lake lacks a row, in the order of their ids.

    The names of the parts show which documents have their batch's; only days with a missing name are read.
    """
    present = set.intersection(*({(part.day, part.analysis_seq) for part in list_parts(store, asset)} for asset in _NEEDED))
    c = DOCUMENTS.c
    query = select(c.session_id, c.store_key, c.day, c.analysis_seq, c.analysed_sha).where(
        c.state == "analysed", c.day.is_not(None)
    )
    suspects: defaultdict[date, list[tuple[str, str, str]]] = defaultdict(list)
    with state.reading() as connection:
        for session_id, key, day, seq, sha in connection.execute(query):
            if (day, seq) not in present:
                suspects[day].append((session_id, key, sha))
    found: list[LostAnalysis] = []
    for day, documents in suspects.items():
        kept = set.intersection(*(versions_of_day(store, asset, day) for asset in _NEEDED))
        found += [LostAnalysis(session_id, key) for session_id, key, sha in documents if (session_id, sha) not in kept]
    return sorted(found, key=lambda lost: lost.session_id)


def redo_lost(store: Store, state: StateDatabase) -> list[str]:
    """Make these calls pending again and return their ids; those whose document the store has lost, too, stay as they are."""
    redone = sorted({lost.session_id for lost in lost_analyses(store, state) if store.exists(lost.store_key)})
    if redone:
        with state.writing() as connection:
            redo_sessions(connection, redone)
    return redone
