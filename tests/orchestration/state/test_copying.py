"""The state goes from SQLite to PostgreSQL whole: every row of every table, once, and never over other rows."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import JSON, BigInteger, Boolean, Connection, Date, Float, Integer, delete, func, insert, null, select, update

from contract.platform.failures import ConfigurationFailure, TransientFailure
from contract.platform.settings import PROJECT_ROOT
from orchestration.state.claims import register_run
from orchestration.state.copying import TABLES, copy_state
from orchestration.state.database import StateDatabase
from orchestration.state.tables import BACKFILLS, CALL_VIEWS, DELIVERY_LOG, DOCUMENTS, RUNS
from orchestration.state.tables.base import UtcDateTime

NOW = datetime(2026, 11, 26, 12, 0, 0, 123456, tzinfo=UTC)
ROWS = 3
"""Rows of each table before it is copied."""

KILLED_BEFORE_ITS_END = """
import os, signal
from pathlib import Path
from contract.platform.settings import Settings
from orchestration.state import copying
from orchestration.state.database import StateDatabase

settings = Settings()
copying._is_equal = lambda old, new, table: os.kill(os.getpid(), signal.SIGKILL)
copying.copy_state(StateDatabase(settings.state_path), StateDatabase(settings.state_url), settings.clock())
"""


def value(column: Any, number: int) -> Any:
    """A value for any column: odd texts, large numbers, fractions, times with microseconds, and empty ones where they may be."""
    if column.nullable and number == 1:
        return null() if isinstance(column.type, JSON) else None
    if isinstance(column.type, BigInteger):
        return 2**62 + number
    kinds: dict[type, Any] = {
        Boolean: number == 0,
        Integer: number,
        Float: 0.1 + number,
        Date: date(2026, 11, number + 1),
        UtcDateTime: NOW.replace(day=number + 1),
        JSON: {"é": [number, None, 0.1, "\u2028'\\"]},
    }
    return next((made for kind, made in kinds.items() if isinstance(column.type, kind)), f"{column.name} {number} 'é\\\n😀")


def fill(connection: Connection) -> None:
    for table in TABLES:
        for number in range(ROWS):
            row = {column.name: value(column, number) for column in table.columns if column is not table.autoincrement_column}
            connection.execute(insert(table).values(row))
    connection.execute(update(RUNS).values(released=True))


def held(state: StateDatabase) -> dict[str, list[dict[str, Any]]]:
    with state.reading() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in TABLES
        }


@pytest.fixture
def old(tmp_path: Path) -> Iterator[StateDatabase]:
    state = StateDatabase(tmp_path / "state.db")
    with state.writing() as connection:
        fill(connection)
        connection.execute(delete(CALL_VIEWS).where(CALL_VIEWS.c.id == ROWS))
    yield state
    state.close()


@pytest.fixture
def new(empty_postgresql: SecretStr) -> Iterator[StateDatabase]:
    state = StateDatabase(empty_postgresql)
    yield state
    state.close()


def test_every_row_of_every_table_is_the_same_afterwards(old: StateDatabase, new: StateDatabase):
    copied = copy_state(old, new, NOW)
    assert copied.changed
    assert copied.rows == {table.name: ROWS - (table is CALL_VIEWS) for table in TABLES}
    assert held(new) == held(old)
    with old.reading() as before, new.reading() as after:
        query = select(DELIVERY_LOG.c.item_key).where(DELIVERY_LOG.c.intended.is_(null()))
        assert len(before.execute(query).all()) == len(after.execute(query).all()) == 1


def test_new_rows_are_numbered_after_the_last_one_ever(old: StateDatabase, new: StateDatabase):
    """A number that was given once is not given again: what refers to it may be elsewhere."""
    copy_state(old, new, NOW)
    for state in (old, new):
        row = {column.name: value(column, 7) for column in CALL_VIEWS.columns if column.name != "id"}
        with state.writing() as connection:
            connection.execute(insert(CALL_VIEWS).values(row))
            connection.execute(insert(BACKFILLS).values({c.name: value(c, 7) for c in BACKFILLS.columns if c.name != "id"}))
            assert connection.execute(select(func.max(CALL_VIEWS.c.id))).scalar_one() == ROWS + 1
            assert connection.execute(select(func.max(BACKFILLS.c.id))).scalar_one() == ROWS + 1
    assert held(new) == held(old)


def test_a_second_copy_changes_nothing(old: StateDatabase, new: StateDatabase):
    first = copy_state(old, new, NOW)
    second = copy_state(old, new, NOW)
    assert (second.rows, second.changed) == (first.rows, False)


@pytest.mark.parametrize("other", ["row", "value", "fewer"])
def test_a_target_that_holds_other_rows_is_refused_and_stays_as_it_is(old: StateDatabase, new: StateDatabase, other: str):
    copy_state(old, new, NOW)
    changes = {
        "row": update(DOCUMENTS).where(DOCUMENTS.c.size_bytes == 2**62).values(store_key="another"),
        "value": update(DOCUMENTS).where(DOCUMENTS.c.size_bytes == 2**62).values(e_tag="another"),
        "fewer": delete(DOCUMENTS).where(DOCUMENTS.c.size_bytes == 2**62),
    }
    with new.writing() as connection:
        assert connection.execute(changes[other]).rowcount == 1
    before = held(new)
    with pytest.raises(ConfigurationFailure, match="documents"):
        copy_state(old, new, NOW)
    assert held(new) == before


def test_nothing_is_copied_while_a_run_is_at_work(old: StateDatabase, new: StateDatabase):
    with old.writing() as connection:
        register_run(connection, "at-work", NOW, lease_seconds=300)
    with pytest.raises(TransientFailure, match="A run is at work"):
        copy_state(old, new, NOW)
    assert not any(held(new).values())


def test_a_copy_that_is_killed_leaves_the_target_empty(old: StateDatabase, new: StateDatabase, empty_postgresql: SecretStr):
    location = old.location
    assert isinstance(location, Path)
    address = empty_postgresql.get_secret_value()
    environment = {**os.environ, "VOICE_HOME": str(location.parent), "VOICE_STATE_URL": address, "PYTHONPATH": str(PROJECT_ROOT)}
    ended = subprocess.run([sys.executable, "-c", KILLED_BEFORE_ITS_END], cwd=PROJECT_ROOT, env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not any(held(new).values())
    assert copy_state(old, new, NOW).changed


def voice(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "VOICE_HOME": str(home), **variables}
    command = [Path(sys.executable).parent / "voice", "copy-state", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_command_counts_rows_by_table(old: StateDatabase, empty_postgresql: SecretStr):
    location = old.location
    assert isinstance(location, Path)
    address = empty_postgresql.get_secret_value()
    first, second = (voice(location.parent, "--json", VOICE_STATE_URL=address) for _ in range(2))
    assert json.loads(first.stdout) == {"changed": True, "rows": {t.name: ROWS - (t is CALL_VIEWS) for t in TABLES}}, first.stderr
    assert json.loads(second.stdout)["changed"] is False
    assert "Nothing to copy" in voice(location.parent, VOICE_STATE_URL=address).stdout


def test_the_command_says_what_is_missing(tmp_path: Path, empty_postgresql: SecretStr):
    unset = voice(tmp_path)
    missing = voice(tmp_path, VOICE_STATE_URL=empty_postgresql.get_secret_value())
    assert (unset.returncode, missing.returncode) == (2, 2)
    assert "VOICE_STATE_URL" in unset.stderr
    assert "state.db" in missing.stderr
    assert not (tmp_path / "state.db").exists()
