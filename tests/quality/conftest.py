"""One published warehouse of real calls for a whole file of tests; each damages a copy of its own in memory."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from contract.reference import Reference
from contract.settings import Settings
from orchestration.quality.rules import QualityRules
from orchestration.resources import Platform
from orchestration.warehouse.publish import publish
from orchestration.warehouse.reader import open_published
from tests.warehouse.builds import build
from tests.warehouse.lake_samples import NOW, Lake, sample_documents

CALLS = 24


@pytest.fixture(scope="session")
def rules() -> QualityRules:
    return Reference().table(QualityRules)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform with sample calls in the lake and in the published warehouse; nobody may change it."""
    platform = Platform(Settings(home=tmp_path_factory.mktemp("sound"), now=NOW))  # pyright: ignore[reportCallIssue]
    lake = Lake(platform.settings)
    lake.analyse(sample_documents()[-CALLS:])
    build(lake)
    publish(platform.settings)
    yield platform
    lake.state.close()
    platform.state.close()


@pytest.fixture
def copy(sound: Platform) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published tables as tables in memory, to be damaged."""
    with open_published(sound.settings) as published, duckdb.connect() as connection:
        for (table,) in published.execute("select table_name from information_schema.tables").fetchall():
            rows = published.execute(f"select * from {table}").to_arrow_table()  # noqa: F841 - DuckDB reads it by name
            connection.execute(f"create table {table} as select * from rows")
        yield connection
