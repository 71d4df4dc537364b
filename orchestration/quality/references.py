"""Check that every key of the six tables refers to a row (spec 8.1)."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from orchestration.rules.finding import SAMPLE, Figure, Finding, sample


@dataclass(frozen=True)
class ForeignKey:
    """``column`` of ``table`` must be a ``key`` of ``parent``; ``session`` is the column that names the session of a row."""

    table: str
    column: str
    parent: str
    key: str
    session: str = "session_id"

    @property
    def label(self) -> str:
        return f"{self.table}.{self.column} without {self.parent}"

    @property
    def orphan_rows(self) -> str:
        """Select rows whose key refers to no row; a key that is null is no reference."""
        return (
            f"select {self.session} as session_id from {self.table} where {self.column} is not null"  # noqa: S608 - names of ours
            f" and {self.column} not in (select {self.key} from {self.parent} where {self.key} is not null)"
        )


REFERENCES = (
    *(ForeignKey(table, "session_id", "sessions", "session_id") for table in ("transcripts", "metrics", "analysis_results")),
    *(ForeignKey("sessions", "session_id", table, "session_id") for table in ("transcripts", "analysis_results")),
    ForeignKey("sessions", "lead_key", "leads", "lead_key"),
    ForeignKey("leads", "latest_session_id", "sessions", "session_id", session="latest_session_id"),
    # an alert may be about a call that never became a session: it was rejected, or its document never came complete
    ForeignKey("alerts_history", "session_id", "session_ledger", "session_id"),
)


def references(connection: duckdb.DuckDBPyConnection) -> Finding:
    """Find rows of every table whose key refers to no row, counted exactly, with the sessions they are about."""
    figures: dict[str, Figure] = {}
    found: list[str | None] = []
    examined = 0
    for reference in REFERENCES:
        examined += connection.execute(f"select count({reference.column}) from {reference.table}").fetchall()[0][0]  # noqa: S608
        orphan_rows = connection.execute(f"select count(*) from ({reference.orphan_rows})").fetchall()[0][0]  # noqa: S608 - names of ours
        if orphan_rows:
            figures[reference.label] = orphan_rows
            found += _sessions(connection, reference)
    count = sum(int(n) for n in figures.values())
    return Finding(not count, count=count, examined=examined, sessions=sample(found), figures=figures)


def _sessions(connection: duckdb.DuckDBPyConnection, reference: ForeignKey) -> list[str | None]:
    sql = f"select distinct session_id from ({reference.orphan_rows}) order by all limit {SAMPLE}"  # noqa: S608 - names of ours
    return [session_id for (session_id,) in connection.execute(sql).fetchall()]
