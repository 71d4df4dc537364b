"""A home for each test that changes something, and one with the sample calls for all that only look."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.platform.settings import Settings
from tests.support.lake_samples import NOW, Lake, sample_documents
from tests.support.searched_calls import PATTERN_CALL, Spoken, index, said


def home(folder: Path) -> Settings:
    return Settings(home=folder, now=NOW)  # pyright: ignore[reportCallIssue]


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """The sample calls of two months, indexed."""
    lake = Lake(home(tmp_path_factory.mktemp("samples")))
    index(lake, *sample_documents())
    yield lake
    lake.state.close()


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake = Lake(home(tmp_path_factory.mktemp("pattern")))
    index(lake, said(PATTERN_CALL))
    lake.state.close()
    return lake.settings.home


@pytest.fixture
def spoken(built_once: Path, tmp_path: Path) -> Spoken:
    settings = home(tmp_path / "home")
    shutil.copytree(built_once / "warehouse", settings.home / "warehouse")
    return Spoken(settings)
