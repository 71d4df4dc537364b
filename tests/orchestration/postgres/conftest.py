"""A database of a real PostgreSQL for each test, and a home whose warehouse is published."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from pydantic import SecretStr

from contract.document.session import SessionDocument
from contract.platform.settings import Settings
from orchestration.warehouse.publish import publish
from tests.orchestration.postgres.postgres import WORDS
from tests.support.kept_builds import built
from tests.support.lake_samples import NOW, Lake, sample_documents


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


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake = Lake(Settings(home=tmp_path_factory.mktemp("published"), now=NOW))  # pyright: ignore[reportCallIssue]
    first, *others = sample_documents()[:8]
    turns = [turn.model_dump() for turn in first.transcript]
    turns[0]["text"] = WORDS
    lake.analyse([SessionDocument.model_validate({**first.model_dump(), "transcript": turns}), *others])
    built(lake)
    publish(lake.settings)
    lake.state.close()
    return lake.settings.published_dir


@pytest.fixture
def published(published_once: Path, tmp_path: Path, url: str) -> Settings:
    """A home with eight published calls to which none will come; its files of partitions are read where they were made."""
    shutil.copytree(published_once, tmp_path / "published")
    return Settings(home=tmp_path, now=NOW, serving_url=SecretStr(url))  # pyright: ignore[reportCallIssue]


@pytest.fixture
def reader(url: str) -> Iterator[Any]:
    """A connection that sees every committed version."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    yield connection
    connection.close()
