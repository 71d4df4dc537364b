"""A lake has one writer: a second home is told so, and a home that lost or restored its database goes on above the lake."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.counters import next_value
from orchestration.state.database import StateDatabase
from orchestration.warehouse.lake import part_key, read_parts
from orchestration.warehouse.lake_owner import OWNER, claim_lake, continue_sequence
from tests.support.documents import NOW, START
from tests.support.lake_samples import Lake, changed, sample_documents


def state_of(home: Path) -> StateDatabase:
    return StateDatabase(home / "state.db")


def test_a_second_home_on_one_store_is_told_at_its_start_and_writes_nothing(lake: Lake, tmp_path: Path):
    claim_lake(lake.settings, lake.store, lake.state)
    claim_lake(lake.settings, lake.store, lake.state)
    owner = lake.store.get(OWNER)
    second = Platform(Settings(home=tmp_path / "second", store=lake.settings.store_uri, now=NOW, workers=1))  # pyright: ignore[reportCallIssue]
    with pytest.raises(ConfigurationFailure, match="belongs to another home") as told:
        run_pending(second)
    assert "VOICE_STORE" in told.value.remedy
    assert OWNER in told.value.remedy
    assert lake.store.get(OWNER) == owner


def test_a_home_that_lost_its_database_is_still_the_owner(lake: Lake):
    claim_lake(lake.settings, lake.store, lake.state)
    lake.state.close()
    for path in lake.settings.home.glob("state.db*"):
        path.unlink()
    lake.state = state_of(lake.settings.home)
    claim_lake(lake.settings, lake.store, lake.state)
    (lake.settings.home / "lake_owner").unlink()
    claim_lake(lake.settings, lake.store, lake.state)


def test_a_restored_ledger_goes_on_above_what_the_lake_holds(lake: Lake):
    document = sample_documents()[0]
    for _ in range(3):
        lake.analyse([document])
    lake.state.close()
    for path in lake.settings.home.glob("state.db*"):
        path.unlink()
    lake.state = state_of(lake.settings.home)
    continue_sequence(lake.store, lake.state)
    newer = lake.analyse([changed(document, agent_version="read again")])
    assert newer == 4
    [winner] = read_parts(lake.store, "session_documents", document.start_time.date())
    assert "read again" in winner["document"]


def test_an_analysis_sequence_that_is_ahead_of_the_lake_is_left_alone(lake: Lake):
    lake.analyse(sample_documents()[:1])
    with lake.state.writing() as connection:
        ahead = [next_value(connection, "analysis") for _ in range(5)][-1]
    continue_sequence(lake.store, lake.state)
    with lake.state.writing() as connection:
        assert next_value(connection, "analysis") == ahead + 1


def test_two_runs_with_one_sequence_write_two_parts():
    assert part_key("sentiment", START.date(), 7, "run of one") != part_key("sentiment", START.date(), 7, "run of another")
