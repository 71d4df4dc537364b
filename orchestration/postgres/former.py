"""Find the changed rows of tables that are no matter of one session, by comparing with the version that PostgreSQL has.

The file of that version stays for ten minutes after it was replaced. When it has gone, or is another file of the same name, these
tables are renewed whole.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.postgres.tables import ServedTable
from orchestration.warehouse.manifest import Manifest
from orchestration.warehouse.selection import literal


def identity_of(folder: Path, database: str) -> str:
    """Return what tells this file from any other that will have its name; empty when it is not there."""
    try:
        found = (folder / database).stat()
    except OSError:
        return ""
    return f"{database} {found.st_size} {found.st_mtime_ns}"


@contextmanager
def former_version(warehouse: duckdb.DuckDBPyConnection, manifest: Manifest, identity: str | None) -> Generator[bool]:
    """Attach the version of this identity as ``former``; whether it is still there."""
    folder = Path(manifest.root)
    database = (identity or "").split(" ")[0]
    there = bool(database) and identity_of(folder, database) == identity and _attached(warehouse, folder / database)
    try:
        yield there
    finally:
        if there:
            warehouse.execute("detach former")


def _attached(warehouse: duckdb.DuckDBPyConnection, path: Path) -> bool:
    try:
        warehouse.execute(f"attach {literal(str(path))} as former (read_only)")
    except duckdb.Error:
        return False
    return True


def gone_rows(table: ServedTable) -> str:
    """Return SQL for the rows that the version has and the present one has not."""
    return f"(from former.main.{table.name} except from main.{table.name})"


def new_rows(table: ServedTable) -> str:
    """Return SQL for the rows that the present version has and the former one has not."""
    return f"(from main.{table.name} except from former.main.{table.name})"
