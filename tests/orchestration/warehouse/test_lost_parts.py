"""A lake that lost parts, or has damaged ones: the calls are named and made pending again, and a build goes on without them."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.platform.failures import PermanentFailure
from orchestration.defs.checks import analyses_in_lake
from orchestration.resources import Platform
from orchestration.warehouse.lake import read_parts
from orchestration.warehouse.lake_parts import quarantine_damaged
from orchestration.warehouse.lost_analyses import lost_analyses, redo_lost
from tests.support.builds import build, rows
from tests.support.lake_samples import Lake, sample_documents

CALLS = sample_documents()[:4]


@pytest.fixture
def calls(lake: Lake) -> Lake:
    """Four calls in four batches, whose documents lie in the store."""
    for document in CALLS:
        lake.analyse([document])
    with lake.state.reading() as connection:
        for (key,) in connection.exec_driver_sql("select store_key from documents").fetchall():
            lake.store.put(key, b"a document")
    return lake


def parts(lake: Lake, asset: str) -> list[Path]:
    """The parts of an asset in the order of the batches."""
    return sorted((lake.settings.home / "store" / "lake" / asset).rglob("*.parquet"), key=lambda path: path.name)


def pending(lake: Lake) -> list[str]:
    with lake.state.reading() as connection:
        found = connection.exec_driver_sql("select session_id from documents where state = 'discovered' order by session_id")
        return [session_id for (session_id,) in found]


@pytest.mark.parametrize("asset", ["analysis_results", "session_documents"])
def test_a_session_without_its_analysis_turns_the_check_red_is_named_and_becomes_pending(calls: Lake, asset: str):
    platform = Platform(calls.settings)
    assert analyses_in_lake(platform).passed
    for part in parts(calls, asset)[1:3]:
        part.unlink()
    lost = sorted(document.session_id for document in CALLS[1:3])
    result = analyses_in_lake(platform)
    assert (result.passed, result.metadata["sessions"].value) == (False, ", ".join(lost))
    assert redo_lost(calls.store, calls.state) == pending(calls) == lost
    assert analyses_in_lake(platform).passed
    platform.state.close()


def test_an_analysis_that_a_later_part_holds_is_not_lost(calls: Lake):
    calls.analyse(CALLS[:1])
    parts(calls, "analysis_results")[0].unlink()
    assert lost_analyses(calls.store, calls.state) == []


def test_a_call_whose_document_the_store_lost_too_is_named_but_not_made_pending(calls: Lake):
    parts(calls, "analysis_results")[0].unlink()
    [lost] = lost_analyses(calls.store, calls.state)
    calls.store.delete(lost.store_key)
    assert redo_lost(calls.store, calls.state) == []
    assert len(lost_analyses(calls.store, calls.state)) == 1


@pytest.mark.parametrize("damage", [b"", b"PAR1 and then nothing", None], ids=["empty", "garbage", "cut off"])
def test_a_damaged_part_is_moved_into_quarantine_not_deleted(calls: Lake, damage: bytes | None):
    part = parts(calls, "analysis_results")[1]
    body = part.read_bytes()[:-40] if damage is None else damage
    part.write_bytes(body)
    key = part.relative_to(calls.settings.home / "store").as_posix()
    assert quarantine_damaged(calls.store) == [key]
    assert calls.store.get(f"quarantine/{key}") == body
    assert not part.exists()
    assert quarantine_damaged(calls.store) == []


def test_a_damaged_part_is_named_when_a_batch_reads_it(calls: Lake):
    part = parts(calls, "analysis_results")[0]
    part.write_bytes(b"damaged")
    with pytest.raises(PermanentFailure, match=part.name):
        read_parts(calls.store, "analysis_results", CALLS[0].start_time.date())


def test_a_full_build_goes_on_without_a_damaged_part_and_its_call_becomes_pending(calls: Lake):
    part = parts(calls, "analysis_results")[1]
    part.write_bytes(b"damaged")
    result = build(calls, full_refresh=True)
    assert result.quarantined == (part.relative_to(calls.settings.home / "store").as_posix(),)
    assert pending(calls) == [CALLS[1].session_id]
    assert rows(calls.settings, "select count(*) from sessions") == [(3,)]
