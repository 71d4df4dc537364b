"""Keep the ledger of OpenAI's Batch API in the operational database: transcripts submitted, and their outcomes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import insert, or_, select, update

from analyzers.language.openai_engine.batch_ledger import ANNOTATED, RETRY, BatchRecord, Planned
from contract.platform.batching import batches
from orchestration.state.database import StateDatabase, upsert
from orchestration.state.tables import ANNOTATION_BATCH_ITEMS, ANNOTATION_BATCHES

_CHUNK = 500  # keys in one statement: SQLite takes 32,766 bound values


class StateBatchLedger:
    """Implement ``BatchLedger``; each change is one transaction. It stores hashes and the service's ids, never what was said."""

    def __init__(self, state: StateDatabase) -> None:
        self._state = state

    def under_way(self) -> list[BatchRecord]:
        b, i = ANNOTATION_BATCHES.c, ANNOTATION_BATCH_ITEMS.c
        with self._state.reading() as connection:
            rows = connection.execute(select(ANNOTATION_BATCHES).where(b.state != "finished").order_by(b.number)).all()
            return [
                BatchRecord(
                    row.batch_key,
                    row.version,
                    row.file_id,
                    row.batch_id,
                    [
                        Planned(item.transcript, item.reservation)
                        for item in connection.execute(select(i.transcript, i.reservation).where(i.batch_key == row.batch_key))
                    ],
                )
                for row in rows
            ]

    def not_to_submit(self, version: str, transcripts: Collection[str]) -> set[str]:
        i = ANNOTATION_BATCH_ITEMS.c
        closed = or_(i.outcome.is_(None), (i.outcome != ANNOTATED) & ~i.outcome.startswith(RETRY))
        found: set[str] = set()
        with self._state.reading() as connection:
            for chunk in batches(transcripts, _CHUNK):
                query = select(i.transcript).where(i.version == version, i.transcript.in_(chunk), closed)
                found.update(connection.execute(query).scalars())
        return found

    def plan(self, batch_key: str, version: str, items: Sequence[Planned]) -> None:
        rows = [{"version": version, "batch_key": batch_key, "outcome": None, **vars(item)} for item in items]
        with self._state.writing() as connection:
            connection.execute(insert(ANNOTATION_BATCHES).values(batch_key=batch_key, version=version, state="planned"))
            upsert(connection, ANNOTATION_BATCH_ITEMS, rows)

    def uploaded(self, batch_key: str, file_id: str) -> None:
        self._set(batch_key, file_id=file_id)

    def submitted(self, batch_key: str, batch_id: str) -> None:
        self._set(batch_key, batch_id=batch_id, state="submitted")

    def finished(self, batch_key: str, outcomes: Mapping[str, str]) -> None:
        i = ANNOTATION_BATCH_ITEMS.c
        with self._state.writing() as connection:
            for transcript, outcome in outcomes.items():
                one = (i.batch_key == batch_key) & (i.transcript == transcript)
                connection.execute(update(ANNOTATION_BATCH_ITEMS).where(one).values(outcome=outcome))
            rest = (i.batch_key == batch_key) & i.outcome.is_(None)
            connection.execute(update(ANNOTATION_BATCH_ITEMS).where(rest).values(outcome=f"{RETRY}missing"))
            done = ANNOTATION_BATCHES.c.batch_key == batch_key
            connection.execute(update(ANNOTATION_BATCHES).where(done).values(state="finished"))

    def _set(self, batch_key: str, **values: str) -> None:
        with self._state.writing() as connection:
            connection.execute(update(ANNOTATION_BATCHES).where(ANNOTATION_BATCHES.c.batch_key == batch_key).values(values))
