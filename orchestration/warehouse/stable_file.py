"""Keep one DuckDB file whose name never changes, for tools that store a path: dashboards, notebooks, the DuckDB command.

It is a copy of the present version's small file, replaced in one step. A connection that is open goes on with the file it opened.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

STABLE_FILE = "warehouse.duckdb"
_DRAFT = f".{STABLE_FILE}.draft"


def replace_stable_file(folder: Path, database: str) -> None:
    """Make ``warehouse.duckdb`` in the published folder a copy of ``database``; does nothing when it is one already.

    One process at a time, which holds the warehouse's lock. Killed at any moment it leaves the former file or the new one; the
    draft is overwritten next time. ``OSError`` leaves the former file.
    """
    source, stable, draft = folder / database, folder / STABLE_FILE, folder / _DRAFT
    if stable.exists() and _mark(stable) == _mark(source):
        return
    shutil.copy2(source, draft)
    with draft.open("rb") as copied:
        os.fsync(copied.fileno())
    draft.replace(stable)


def _mark(path: Path) -> tuple[int, int]:
    """Return size and time of change, which a copy has of its source, and of no other version."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns
