"""What builds of the warehouse leave, from real lake parts and a real ledger."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import timedelta

from sqlalchemy import update

from orchestration.state.builds import begin_build
from orchestration.state.counters import next_value
from orchestration.state.tables import DOCUMENTS
from orchestration.warehouse.build import build_warehouse, check_warehouse
from orchestration.warehouse.lock import warehouse_lock
from orchestration.warehouse.partitions import TABLES
from tests.support.builds import build, content, rows
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake, changed, sample_documents


def test_building_again_changes_nothing(lake: Lake):
    lake.analyse(sample_documents()[:6])
    lake.reject("unreadable")
    build(lake)
    first = content(lake.settings, volatile=True)
    build(lake)
    assert content(lake.settings, volatile=True) == first
    build(lake, full_refresh=True)
    assert content(lake.settings, volatile=True) == first
    assert {table: len(found) for table, found in first.items()}["rejected_sessions"] == 1


def test_batches_in_any_order_equal_a_full_refresh(lake: Lake):
    documents = list(sample_documents())
    random.Random(7).shuffle(documents)
    for start in range(0, 24, 8):
        lake.analyse(documents[start : start + 8])
        build(lake)
    corrected = changed(documents[3], revision=2, user_email="other@corrected.example")
    moved = changed(documents[4], revision=2, start_time=documents[4].start_time - timedelta(days=2))
    rehearsal = changed(documents[5], revision=2, test_call=True)
    lake.analyse([corrected, moved, rehearsal])
    build(lake)
    incremental = content(lake.settings, volatile=True)
    build(lake, full_refresh=True)
    assert content(lake.settings, volatile=True) == incremental
    assert rows(lake.settings, "select count(*) from sessions") == [(23,)]


def test_a_correction_replaces_its_rows_also_under_another_day_and_another_email(lake: Lake):
    document = sample_documents()[0]
    lake.analyse([document, sample_documents()[1]])
    built(lake)
    earlier = document.start_time - timedelta(days=4)
    lake.analyse([changed(document, revision=2, start_time=earlier, user_email="New@Address.example", agent_version="corrected")])
    build(lake)
    assert rows(
        lake.settings, f"select start_time, agent_version, revision from sessions where session_id = '{document.session_id}'"
    ) == [(earlier.replace(tzinfo=None), "corrected", 2)]
    emails = rows(lake.settings, "select email from leads order by email")
    assert ("new@address.example",) in emails
    assert (document.user_email,) not in emails
    assert len(emails) == 2


def test_an_older_version_that_arrives_late_does_not_win(lake: Lake):
    document = sample_documents()[0]
    lake.analyse([changed(document, revision=2, start_time=document.start_time + timedelta(days=1), agent_version="newer")])
    build(lake)
    lake.analyse([document])
    build(lake)
    assert rows(lake.settings, "select revision, agent_version from sessions") == [(2, "newer")]


def test_a_complete_document_beats_the_rebuilt_one(lake: Lake):
    document = sample_documents()[0]
    lake.analyse([document])
    lake.analyse([changed(document, complete=False, start_time=document.start_time + timedelta(days=1))])
    build(lake)
    assert rows(lake.settings, "select complete from sessions") == [(True,)]


def test_a_session_that_becomes_a_test_call_disappears_from_everything_but_the_ledger(lake: Lake):
    document = sample_documents()[0]
    lake.analyse([document, sample_documents()[1]])
    built(lake)
    lake.analyse([changed(document, revision=2, test_call=True)])
    build(lake)
    left = {table: found for table, found in content(lake.settings).items() if any(document.session_id in row for row in found)}
    assert list(left) == ["session_ledger"]
    assert rows(lake.settings, "select count(*) from leads") == [(1,)]


def test_an_empty_lake_gives_empty_tables_with_their_columns(lake: Lake):
    build(lake)
    build(lake)
    assert rows(lake.settings, "select count(*) from sessions") == [(0,)]
    assert set(content(lake.settings)) == set(TABLES) - {"weekly_trends"}  # which content() leaves out: it is built at night


def test_a_warehouse_that_is_lost_comes_back_in_full(lake: Lake):
    lake.analyse(sample_documents()[:2])
    built(lake)
    first = content(lake.settings)
    lake.analyse(sample_documents()[2:4])
    lake.settings.warehouse_path.unlink()
    assert build(lake).full_refresh
    assert rows(lake.settings, "select count(*) from sessions") == [(4,)]
    assert set(first["sessions"]) < set(content(lake.settings)["sessions"])


def test_a_build_that_died_before_it_was_noted_is_repeated(lake: Lake):
    lake.analyse(sample_documents()[:2])
    built(lake)
    lake.analyse(sample_documents()[2:4])
    with lake.state.writing() as connection:
        assert begin_build(connection) == 2
    build(lake)
    assert rows(lake.settings, "select count(*) from sessions") == [(4,)]


def test_a_version_that_is_not_analysed_yet_leaves_the_one_before_in_place(lake: Lake):
    document = sample_documents()[0]
    lake.analyse([document])
    lake.analyse([changed(document, revision=2, agent_version="newer")], dies=True)
    build(lake)
    assert rows(lake.settings, "select revision, agent_version from sessions") == [(1, document.agent_version)]


def test_another_process_can_open_the_warehouse_after_a_build(lake: Lake):
    lake.analyse(sample_documents()[:1])
    build(lake)
    code = "import duckdb, sys; print(duckdb.connect(sys.argv[1]).execute('select count(*) from main.sessions').fetchone()[0])"
    command = [sys.executable, "-c", code, str(lake.settings.warehouse_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "1"


def test_parts_of_the_lake_that_are_gone_do_not_stop_the_next_build(lake: Lake):
    lake.analyse(sample_documents()[:1])
    built(lake)
    for part in (lake.settings.home / "store" / "lake").rglob("*.parquet"):
        part.unlink()
    lake.analyse(sample_documents()[40:41])
    build(lake)
    assert rows(lake.settings, "select count(*) from sessions") == [(2,)]


def test_a_session_built_from_another_version_than_the_ledger_has_is_named(lake: Lake):
    documents = sample_documents()[:2]
    lake.analyse(documents)
    built(lake)
    with lake.state.writing() as connection:
        other = {"doc_sha": "0" * 64, "change_seq": next_value(connection, "change")}
        connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.session_id == documents[1].session_id).values(other))
    assert _not_conserved(lake) == documents[1].session_id


def test_a_version_under_way_is_not_held_against_the_one_that_is_built(lake: Lake):
    lake.analyse(sample_documents()[:1])
    built(lake)
    lake.analyse([changed(sample_documents()[0], revision=2)], dies=True)
    assert _not_conserved(lake) == "none"


def _not_conserved(lake: Lake) -> str:
    """The sessions that the test of conservation names when it looks at all of them."""
    with warehouse_lock(lake.settings):
        with lake.state.writing() as connection:
            begin_build(connection)
        build_warehouse(lake.settings)
        nodes = check_warehouse(lake.settings).nodes
    return next(node.failing_sessions for node in nodes if node.name == "conservation")
