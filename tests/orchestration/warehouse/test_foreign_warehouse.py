"""A warehouse that holds calls the ledger does not know of, or another state than it believes: each call stays once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orchestration.state.database import StateDatabase
from tests.support.builds import build, content, rows
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake, sample_documents

CALLS = sample_documents()[:4]


def each_call_is_there_once(lake: Lake, calls: int = len(CALLS)) -> bool:
    tables = ("sessions", "transcripts", "analysis_results", "session_facts")
    counts = [rows(lake.settings, f"select count(*), count(distinct session_id) from {table}") for table in tables]
    counted = rows(lake.settings, "select sum(calls) from daily_calls")
    expected = sum(1 for document in CALLS[:calls] if not document.test_call)
    return counts == [[(expected, expected)]] * len(tables) and counted == [(expected,)]


def without_state(lake: Lake) -> Lake:
    lake.state.close()
    for path in lake.settings.home.glob("state.db*"):
        path.unlink()
    return Lake(lake.settings)


def copied_state(lake: Lake, to: Path) -> None:
    lake.state.close()
    shutil.copyfile(lake.settings.state_path, to)
    lake.state = StateDatabase(lake.settings.state_path)


def test_a_call_that_a_full_build_took_before_the_ledger_had_it_stays_once(lake: Lake):
    lake.analyse(CALLS[:2])
    lake.analyse(CALLS[2:], before_recording=lambda: build(lake))
    assert not build(lake).full_refresh
    assert each_call_is_there_once(lake)


def test_a_lost_state_database_doubles_nothing(lake: Lake):
    lake.analyse(CALLS)
    built(lake)
    first = content(lake.settings)
    lake = without_state(lake)
    lake.analyse(CALLS[:1])
    assert build(lake).full_refresh
    lake.analyse(CALLS[1:])
    assert not build(lake).full_refresh
    assert each_call_is_there_once(lake)
    assert content(lake.settings)["sessions"] == first["sessions"]


def test_a_restored_state_database_doubles_nothing(lake: Lake, tmp_path: Path):
    lake.analyse(CALLS[:1])
    built(lake)
    copied_state(lake, tmp_path / "backup")
    lake.analyse(CALLS[1:3])
    built(lake)
    lake.state.close()
    for path in lake.settings.home.glob("state.db*"):
        path.unlink()
    shutil.copyfile(tmp_path / "backup", lake.settings.state_path)
    lake.state = StateDatabase(lake.settings.state_path)
    lake.analyse(CALLS[1:])
    assert build(lake).full_refresh
    assert each_call_is_there_once(lake)


def test_a_build_that_was_not_recorded_is_still_the_ledgers_own(lake: Lake, monkeypatch: pytest.MonkeyPatch):
    lake.analyse(CALLS[:2])
    built(lake)
    lake.analyse(CALLS[2:])
    with monkeypatch.context() as patched:
        patched.setattr("orchestration.warehouse.renewal.end_build", killed)
        with pytest.raises(KeyboardInterrupt):
            build(lake)
    assert not build(lake).full_refresh
    assert each_call_is_there_once(lake)


def killed(*_: object) -> None:
    raise KeyboardInterrupt
