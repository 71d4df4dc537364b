"""Homes whose calls of several days were processed by ``voice run``."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.local_run import run_pending
from orchestration.resources import Platform
from tests.orchestration.conftest import platform_at
from tests.support.documents import NOW, START, put, session
from tests.support.once import once

DAYS = 2
CALLS_A_DAY = 3


@pytest.fixture(scope="session")
def days_of_calls_once(of_all_workers: Path) -> Path:
    def make(home: Path) -> None:
        platform = platform_at(home)
        for day in range(DAYS):
            for call in range(CALLS_A_DAY):
                put(platform, session(f"call_{day}_{call}", START + timedelta(days=day, minutes=call)))
        run_pending(platform)
        platform.state.close()

    return once(of_all_workers / "days-of-calls", make)


@pytest.fixture
def days_of_calls(days_of_calls_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """A home with ``CALLS_A_DAY`` published calls on each of ``DAYS`` days from ``START`` on."""
    home = tmp_path / "home"
    shutil.copytree(days_of_calls_once, home)
    for name, value in {"HOME": str(home), "NOW": NOW.isoformat(), "WORKERS": "1"}.items():
        monkeypatch.setenv(f"VOICE_{name}", value)
    platform = platform_at(home)
    yield platform
    platform.state.close()
