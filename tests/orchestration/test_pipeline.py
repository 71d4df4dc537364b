"""The whole path on a real Dagster instance, a real store, a real dbt build and the published warehouse."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contract.document.delivery import deliver_paths
from contract.platform.settings import PROJECT_ROOT
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.reconciliation import reconcile
from orchestration.warehouse.reader import open_published
from tests.support.bad_documents import bad_documents
from tests.support.documents import NOW, START, packed, put, session
from tests.support.warehouse_content import content

SIX_TABLES = ("sessions", "transcripts", "metrics", "leads", "analysis_results", "alerts_history")


def rows(platform: Platform, sql: str) -> list[tuple[Any, ...]]:
    with open_published(platform.settings) as connection:
        return connection.execute(sql).fetchall()


def test_samples_fill_the_six_tables_and_a_second_run_changes_no_row(platform: Platform):
    samples = PROJECT_ROOT / "data" / "samples"
    delivered = list(deliver_paths(platform.store, [samples], now=NOW))
    summary = run_pending(platform)
    assert (summary.received, summary.analysed, summary.rejected, summary.pending) == (len(delivered), len(delivered), 0, 0)
    assert all(rows(platform, f"select count(*) from {table}")[0][0] > 0 for table in SIX_TABLES)
    first = content(platform.settings)
    list(deliver_paths(platform.store, [samples], now=NOW))
    assert run_pending(platform).batches == 0
    assert content(platform.settings) == first


def test_bad_documents_are_rejected_with_reasons_and_the_good_one_is_analysed(platform: Platform, tmp_path: Path):
    folder = tmp_path / "incoming"
    folder.mkdir()
    for name, body in bad_documents().items():
        (folder / name).write_bytes(body)
    (folder / "good.json.gz").write_bytes(packed(session("the_good_one")))
    list(deliver_paths(platform.store, [folder], now=NOW))
    run_pending(platform)
    accounts = reconcile(platform.state, NOW)
    assert (accounts.pending, accounts.residual) == (0, 0)
    assert ("the_good_one",) in rows(platform, "select session_id from sessions")
    rejected = rows(platform, "select reason, remedy from rejected_sessions")
    assert len(rejected) == accounts.rejected > 10
    assert all(reason and remedy for reason, remedy in rejected)


@pytest.mark.parametrize("moved", [timedelta(0), timedelta(days=3)])
def test_a_correction_replaces_its_rows_also_when_it_moves_to_another_day(two_calls: Platform, moved: timedelta):
    put(two_calls, session("one", START - moved, revision=2, agent_version="corrected"))
    run_pending(two_calls)
    assert rows(two_calls, "select start_time::date::varchar, agent_version, revision from sessions where session_id = 'one'") == [
        (str((START - moved).date()), "corrected", 2)
    ]
    assert rows(two_calls, "select count(*) from sessions") == [(2,)]


def test_a_test_call_is_only_in_the_ledger(platform: Platform):
    put(platform, session("call"))
    put(platform, session("rehearsal", test_call=True))
    run_pending(platform)
    assert rows(platform, "select session_id from sessions") == [("call",)]
    assert rows(platform, "select count(*) from session_ledger where session_id = 'rehearsal' and test_call") == [(1,)]
    assert rows(platform, "select count(*) from alerts_history where session_id = 'rehearsal'") == [(0,)]


def test_refused_consent_keeps_no_words_but_counts(platform: Platform):
    put(platform, session("silent", consent={"obtained": False}))
    run_pending(platform)
    assert rows(platform, "select count(*) from transcripts where session_id = 'silent' and transcript_text <> ''") == [(0,)]
    assert rows(platform, "select sentiment, lead_score from sessions where session_id = 'silent'") == [(None, None)]
