"""Write a state file as SQL, with some rows in every table: ``python tests/orchestration/state/dump.py FILE``.

The files in ``earlier/`` are of each commit that changed a table, made by this script beside the code of that commit. Before a
migration changes the tables, make one of them as they are: ``earlier/version_N.sql``.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

DOCUMENTS: tuple[dict[str, Any], ...] = (
    {"store_key": "built", "state": "analysed", "revision": 1, "analysis_seq": 3, "built_seq": 3, "first_seq": None},
    {"store_key": "due", "state": "analysed", "revision": 1, "analysis_seq": 4, "built_seq": None, "first_seq": 4},
    {"store_key": "pending", "state": "discovered", "revision": None, "analysis_seq": None, "built_seq": None, "first_seq": None},
)
"""One document that the warehouse has, one that it is due to get, and one that nobody has read."""
MOMENT = "2026-11-20 15:04:05.000000"
BY_TYPE = {"DATE": "2026-11-20", "DATETIME": MOMENT, "BOOLEAN": 0, "INTEGER": 7, "BIGINT": 7, "FLOAT": 0.5, "JSON": '{"a": "1"}'}


def fill(connection: sqlite3.Connection) -> None:
    """Enter a row into each table whose values follow from the names and types of its columns."""
    tables = connection.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'").fetchall()
    for (table,) in tables:
        if table == "schema_version":
            continue  # a row of its own
        columns = connection.execute(f"pragma table_info({table})").fetchall()
        plain = {name: BY_TYPE.get(kind, f"{name} of {table}") for _, name, kind, *_ in columns}
        for known in DOCUMENTS if table == "documents" else ({},):
            row = {**plain, **{name: value for name, value in known.items() if name in plain}}
            places = ", ".join("?" * len(row))
            connection.execute(f"insert into {table} ({', '.join(row)}) values ({places})", list(row.values()))
    connection.commit()


def dump(path: Path) -> None:
    """Write the tables of the code that Python finds."""
    from orchestration.state import tables  # of the commit whose folder is first in PYTHONPATH

    metadata = getattr(tables, "METADATA", None) or tables.metadata
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "state.db"
        engine = create_engine(f"sqlite:///{file}")
        metadata.create_all(engine)
        engine.dispose()
        with closing(sqlite3.connect(file)) as connection:
            fill(connection)
            if "schema_version" in metadata.tables:
                from orchestration.state.migrations import VERSION

                connection.execute("insert into schema_version values (?)", (VERSION,))
                connection.commit()
            path.write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    dump(Path(sys.argv[1]))
