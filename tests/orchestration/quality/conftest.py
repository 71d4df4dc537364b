"""One published warehouse of real calls for a whole file of tests; each damages a copy of its own in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from contract.platform.settings import Settings
from contract.reference import Reference
from orchestration.quality.rules import QualityRules
from orchestration.resources import Platform
from orchestration.warehouse.manifest import Manifest, replace_manifest
from orchestration.warehouse.publish import publish
from orchestration.warehouse.reader import open_published
from tests.support.kept_builds import built
from tests.support.lake_samples import NOW, Lake, sample_documents

CALLS = 24
CHECKED = (
    *("sessions", "transcripts", "metrics", "leads", "analysis_results", "alerts_history"),
    *("session_ledger", "turns", "tool_calls"),
)


@pytest.fixture(scope="session")
def rules() -> QualityRules:
    return Reference().table(QualityRules)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform with sample calls in the lake and in the published warehouse; nobody may change it."""
    platform = Platform(Settings(home=tmp_path_factory.mktemp("sound"), now=NOW))  # pyright: ignore[reportCallIssue]
    lake = Lake(platform.settings)
    lake.analyse(sample_documents()[-CALLS:])
    built(lake)
    publish(platform.settings)
    yield platform
    lake.state.close()
    platform.state.close()


@pytest.fixture
def copy(sound: Platform) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published tables that are checked, as tables in memory, to be damaged."""
    with open_published(sound.settings) as published, duckdb.connect() as connection:
        for table in CHECKED:
            rows = published.execute(f"select * from {table}").to_arrow_table()  # noqa: F841 - DuckDB reads it by name
            connection.execute(f"create table {table} as select * from rows")
        yield connection


@pytest.fixture
def damaged(sound: Platform, copy: duckdb.DuckDBPyConnection, tmp_path: Path) -> Iterator[Callable[[str], Platform]]:
    """Publishes the copy, after the given SQL has damaged it, for a platform on the same store."""
    platform = Platform(Settings(home=tmp_path, store=sound.settings.store_uri, now=NOW))  # pyright: ignore[reportCallIssue]
    folder = platform.settings.published_dir

    def publish_damaged(sql: str) -> Platform:
        copy.execute(sql)
        folder.mkdir()
        copy.execute(f"attach '{folder / 'damaged.duckdb'}' as damaged")
        copy.execute("copy from database memory to damaged")
        copy.execute("detach damaged")
        manifest = Manifest(version=1, root=str(folder), database="damaged.duckdb", small_fingerprint="", tables={})
        replace_manifest(folder, manifest)
        return platform

    yield publish_damaged
    platform.state.close()


@pytest.fixture
def platform_without_data(tmp_path: Path) -> Platform:
    return Platform(Settings(home=tmp_path / "empty", now=NOW))  # pyright: ignore[reportCallIssue]
