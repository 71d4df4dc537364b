"""Tables of every earlier version become those of today with all they held; the steps run once, whoever opens the database."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import inspect, select, update

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT, Settings
from orchestration.state.database import StateDatabase
from orchestration.state.migrations import VERSION
from orchestration.state.tables import DOCUMENTS, METADATA, SCHEMA_VERSION

EARLIER = sorted(Path(__file__).with_name("earlier").glob("*.sql"))
OPENERS = 4  # processes or threads that open one database at once

KILLED_BEFORE_ITS_END = """
import os, signal
from contract.platform.settings import Settings
from orchestration.state import migrations
from orchestration.state.database import StateDatabase

first = migrations.STEPS[0]

def killed(connection):
    first(connection)
    os.kill(os.getpid(), signal.SIGKILL)

migrations.STEPS = (killed, *migrations.STEPS[1:])
StateDatabase(Settings().state)
"""


def restored(dump: Path, home: Path) -> Path:
    """The file that a dump was made of."""
    path = home / "state.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
    return path


def shape(state: StateDatabase) -> dict[str, Any]:
    """Columns with their types, keys and indexes of every table of today."""
    with state.reading() as connection:
        inspector = inspect(connection)
        return {
            table: (
                {(column["name"], str(column["type"])) for column in inspector.get_columns(table)},
                inspector.get_pk_constraint(table)["constrained_columns"],
                {(index["name"], *index["column_names"]) for index in inspector.get_indexes(table)},
            )
            for table in METADATA.tables
        }


def held(path: Path) -> dict[str, list[dict[str, Any]]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        tables = connection.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'").fetchall()
        return {name: [dict(row) for row in connection.execute(f"select * from {name} order by rowid")] for (name,) in tables}


@pytest.mark.parametrize("dump", EARLIER, ids=lambda path: path.stem)
def test_tables_of_every_earlier_version_get_the_shape_of_new_ones_and_keep_their_rows(dump: Path, tmp_path: Path):
    path = restored(dump, tmp_path)
    before = {table: rows for table, rows in held(path).items() if table != "schema_version"}
    state, new = StateDatabase(path), StateDatabase(tmp_path / "new.db")
    assert shape(state) == shape(new)
    with state.reading() as connection:
        assert connection.execute(select(SCHEMA_VERSION.c.version)).scalars().all() == [VERSION]
        due = connection.execute(select(DOCUMENTS.c.store_key).where(DOCUMENTS.c.first_seq > 0)).scalars().all()
    state.close()
    new.close()
    after = held(path)
    assert due == ["due"]
    for table, rows in before.items():
        names = {"kept": "human_edited"} if table == "delivery_log" else {}
        gone = {"reservation"} if table == "annotation_batches" else set[str]()
        kept = [{names.get(name, name): value for name, value in row.items() if name not in gone} for row in rows]
        if table == "documents":
            kept = [{name: value for name, value in row.items() if name != "first_seq"} for row in kept]
        assert len(after[table]) == len(rows), table
        assert [was.items() <= now.items() for was, now in zip(kept, after[table], strict=True)] == [True] * len(rows), table


def test_there_is_a_dump_of_the_version_before_each_step():
    """``dump.py`` makes it before ``tables/`` changes; the first dumps are of before versions were recorded."""
    assert {path.stem for path in EARLIER} >= {f"version_{number}" for number in range(1, VERSION)}


def test_tables_of_a_later_release_are_left_alone(state: StateDatabase):
    with state.writing() as connection:
        connection.execute(update(SCHEMA_VERSION).values(version=VERSION + 1))
    with pytest.raises(ConfigurationFailure, match="later release"):
        StateDatabase(state.location)
    with state.writing() as connection:
        connection.execute(update(SCHEMA_VERSION).values(version=VERSION))


def test_a_present_database_opens_beside_a_writer(state: StateDatabase):
    with state.writing():
        StateDatabase(state.location).close()


def test_an_older_file_opened_by_several_at_once_is_migrated_once(tmp_path: Path):
    path = restored(EARLIER[0], tmp_path)
    rows = {table: len(some) for table, some in held(path).items()}
    open_at_once(path)
    after = held(path)
    assert {table: len(after[table]) for table in rows} == rows
    assert after["schema_version"] == [{"version": VERSION}]


def test_an_empty_postgresql_opened_by_several_at_once_gets_its_tables_once(empty_postgresql: SecretStr, tmp_path: Path):
    open_at_once(empty_postgresql)
    state = StateDatabase(empty_postgresql)
    with state.reading() as connection:
        assert connection.execute(select(SCHEMA_VERSION.c.version)).scalars().all() == [VERSION]
        assert set(inspect(connection).get_table_names(schema="voice_state")) == set(METADATA.tables)
    state.close()


def test_a_process_killed_while_it_migrates_leaves_the_file_as_it_was(tmp_path: Path):
    path = restored(EARLIER[0], tmp_path)
    before = held(path)
    environment = {**os.environ, "VOICE_HOME": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", KILLED_BEFORE_ITS_END], cwd=PROJECT_ROOT, env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert held(path) == before
    StateDatabase(Settings(home=tmp_path).state).close()
    assert held(path)["schema_version"] == [{"version": VERSION}]


def open_at_once(location: Path | SecretStr) -> None:
    with ThreadPoolExecutor(OPENERS) as threads:
        for state in threads.map(lambda _: StateDatabase(location), range(OPENERS)):
            state.close()


def test_postgresql_of_version_1_gets_the_shape_of_new_tables(empty_postgresql: SecretStr):
    state = StateDatabase(empty_postgresql)
    present = shape(state)
    with state.writing() as connection:
        for table in ("failed_redos", "inbound_events", "unsubscriptions", "call_views"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        for table, column in (("backfills", "failed_only"), ("documents", "died_alone")):
            connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.execute(update(SCHEMA_VERSION).values(version=1))
    state.close()
    migrated = StateDatabase(empty_postgresql)
    assert shape(migrated) == present
    migrated.close()
