"""Step 1: give a database of before versions were recorded every table, column and index of version 1. All of these are SQLite."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect

_TABLES = Path(__file__).with_name("m0001_tables.sql")
_ADDED = (
    ("alerts", "suppressed", "TEXT"),
    ("annotation_batch_items", "reservation", "INTEGER NOT NULL DEFAULT 0"),  # 0 is the id of no request, so none is settled
    ("build_batch", "first_seq", "BIGINT NOT NULL DEFAULT 0"),
    ("build_batch", "fresh", "BOOLEAN NOT NULL DEFAULT 0"),
    ("delivery_sources", "analysis_seq", "BIGINT"),
    ("documents", "analysed_sha", "VARCHAR"),
    ("documents", "first_seq", "BIGINT"),
    ("documents", "build_begun", "BOOLEAN"),
    ("documents", "dead_claims", "INTEGER DEFAULT 0"),
    ("documents", "hot", "BOOLEAN"),
    ("documents", "reading_version", "INTEGER"),
    ("runs", "released", "BOOLEAN NOT NULL DEFAULT 0"),
    ("runs", "analysis_seq", "BIGINT"),
    ("runs", "day", "DATE"),
    ("runs", "last_day", "DATE"),
)
"""Table, name and definition of columns that earlier tables lack."""
_DUE = "UPDATE documents SET first_seq = 1 WHERE analysis_seq IS NOT NULL AND (built_seq IS NULL OR built_seq < analysis_seq)"


def adopt_unversioned(connection: Connection) -> None:
    """Add what is missing. Sessions that were due for a build before ``first_seq`` existed stay due."""
    known = _columns(connection)
    if "kept" in known.get("delivery_log", ()):
        connection.exec_driver_sql("ALTER TABLE delivery_log RENAME COLUMN kept TO human_edited")
    for table, column, definition in _ADDED:
        if table in known and column not in known[table]:
            connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column} {definition}")
            if column == "first_seq" and table == "documents":
                connection.exec_driver_sql(_DUE)
    unnumbered = "annotation_batches" in known and "number" not in known["annotation_batches"]
    if unnumbered:
        connection.exec_driver_sql("ALTER TABLE annotation_batches RENAME TO unnumbered_batches")
    for statement in _TABLES.read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    if unnumbered:
        columns = "batch_key, version, state, file_id, batch_id"
        copied = f"SELECT {columns} FROM unnumbered_batches ORDER BY rowid"  # noqa: S608 - ours
        connection.exec_driver_sql(f"INSERT INTO annotation_batches ({columns}) {copied}")
        connection.exec_driver_sql("DROP TABLE unnumbered_batches")


def _columns(connection: Connection) -> dict[str, set[str]]:
    inspector = inspect(connection)
    return {table: {column["name"] for column in inspector.get_columns(table)} for table in inspector.get_table_names()}
