"""A home of its own for each test: real store, real state database, real reference data, real builds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.platform.settings import Settings
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.warehouse import extensions
from tests.support.documents import NOW, put, session
from tests.support.kept_builds import keep_builds_in
from tests.support.lake_samples import Lake
from tests.support.once import once


@pytest.fixture(scope="session")
def of_all_workers(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this session of pytest share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session", autouse=True)
def kept_builds(of_all_workers: Path) -> None:
    keep_builds_in(of_all_workers / "kept-builds")


@pytest.fixture(scope="session", autouse=True)
def kept_extensions(of_all_workers: Path) -> Iterator[None]:
    """DuckDB's extensions for all homes that are used in this process: each would have 46 MB of its own, and each copy of it."""

    def install(home: Path) -> None:
        extensions.install_extensions(Settings(home=home), ("sqlite_scanner", "postgres_scanner", "httpfs", "fts"))  # pyright: ignore[reportCallIssue]

    home = once(of_all_workers / "extensions", install)
    folder = extensions.extension_directory(Settings(home=home))  # pyright: ignore[reportCallIssue]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(extensions, "extension_directory", lambda settings: folder)
        yield


@pytest.fixture(scope="session")
def two_calls_once(of_all_workers: Path) -> Path:
    def make(home: Path) -> None:
        platform = platform_at(home)
        for name in ("one", "two"):
            put(platform, session(name))
        run_pending(platform)
        platform.state.close()

    return once(of_all_workers / "two-calls", make)


@pytest.fixture
def two_calls(two_calls_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """A home where a run has processed the calls ``one`` and ``two``: a copy, which the next publication finds to have moved."""
    home = tmp_path / "home"
    shutil.copytree(two_calls_once, home)
    monkeypatch.setenv("VOICE_HOME", str(home))
    monkeypatch.setenv("VOICE_NOW", NOW.isoformat())
    platform = platform_at(home)
    yield platform
    platform.state.close()


def platform_at(home: Path) -> Platform:
    return Platform(Settings(home=home, now=NOW, workers=1))  # pyright: ignore[reportCallIssue]


@pytest.fixture
def platform(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    monkeypatch.setenv("VOICE_HOME", str(tmp_path))
    monkeypatch.setenv("VOICE_NOW", NOW.isoformat())
    platform = platform_at(tmp_path)
    yield platform
    platform.state.close()


@pytest.fixture
def lake(tmp_path: Path, database: str) -> Iterator[Lake]:
    lake = Lake(Settings(home=tmp_path, now=NOW))  # pyright: ignore[reportCallIssue]
    yield lake
    lake.state.close()
