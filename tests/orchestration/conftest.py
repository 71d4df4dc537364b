"""A home of its own for each test: real store, real state database, real reference data, real builds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.platform.settings import Settings
from orchestration.resources import Platform
from tests.support.documents import NOW
from tests.support.kept_builds import keep_builds_in
from tests.support.lake_samples import Lake


@pytest.fixture(scope="session", autouse=True)
def kept_builds(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    base = tmp_path_factory.getbasetemp()
    keep_builds_in((base if worker_id == "master" else base.parent) / "kept-builds")


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    monkeypatch.setenv("VOICE_HOME", str(tmp_path))
    monkeypatch.setenv("VOICE_NOW", NOW.isoformat())
    platform = Platform(Settings(home=tmp_path, now=NOW, workers=1))  # pyright: ignore[reportCallIssue]
    yield platform
    platform.state.close()


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    lake = Lake(Settings(home=tmp_path, now=NOW))  # pyright: ignore[reportCallIssue]
    yield lake
    lake.state.close()
