"""The tests here that keep state run on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.platform.settings import Settings
from orchestration.state.database import StateDatabase
from tests.support.postgres import EITHER


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        metafunc.parametrize("database", EITHER, indirect=True)


@pytest.fixture
def state(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[StateDatabase]:
    """The state of a home that is also the environment's."""
    monkeypatch.setenv("VOICE_HOME", str(tmp_path))
    opened = StateDatabase(Settings().state)
    yield opened
    opened.close()
