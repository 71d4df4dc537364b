"""A home of its own for each test, with a real store, a real ledger and real builds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.platform.settings import Settings
from tests.orchestration.warehouse.lake_samples import NOW, Lake


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    lake = Lake(Settings(home=tmp_path, now=NOW))  # pyright: ignore[reportCallIssue]
    yield lake
    lake.state.close()
