"""The engine against the API on loopback, with the budget in a real operational database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.state.database import StateDatabase
from tests.analyzers.language.openai_engine.engines import Bench
from tests.analyzers.language.openai_engine.model import attentive
from tests.fakes.openai_api import FakeOpenAI


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAI]:
    with FakeOpenAI(attentive) as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.url)
        monkeypatch.setenv("OPENAI_API_KEY", fake.key)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield fake


@pytest.fixture
def state(tmp_path: Path) -> Iterator[StateDatabase]:
    database = StateDatabase(tmp_path / "state.db")
    yield database
    database.close()


@pytest.fixture
def bench(api: FakeOpenAI, state: StateDatabase) -> Bench:
    return Bench(api, state)
