"""Keys that lead nowhere and moments of the future, in a published warehouse of real calls that was damaged on purpose."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import pytest

from orchestration.quality.no_future_timestamps import MOMENTS, no_future_timestamps
from orchestration.quality.references import REFERENCES, ForeignKey, references
from orchestration.quality.rules import QualityRules
from tests.support.lake_samples import NOW, sample_documents

SESSION = sample_documents()[-1].session_id
BREAK = {
    "transcripts.session_id without sessions": "update transcripts set session_id = 'lost' where session_id = ?",
    "metrics.session_id without sessions": "update metrics set session_id = 'lost' where session_id = ?",
    "analysis_results.session_id without sessions": "update analysis_results set session_id = 'lost' where session_id = ?",
    "sessions.session_id without transcripts": "delete from transcripts where session_id = ?",
    "sessions.session_id without analysis_results": "delete from analysis_results where session_id = ?",
    "sessions.lead_key without leads": "update sessions set lead_key = 'nobody' where session_id = ?",
    "leads.latest_session_id without sessions": "update leads set latest_session_id = 'lost' where latest_session_id = ?",
    "alerts_history.session_id without session_ledger": "insert into alerts_history (id, session_id) select 1, ? || '_lost'",
}


def test_the_sample_calls_have_all_their_references_and_no_future(copy: duckdb.DuckDBPyConnection, rules: QualityRules):
    assert references(copy).passed
    assert no_future_timestamps(copy, rules.standing.no_future_timestamps, NOW).passed
    assert min(references(copy).examined, no_future_timestamps(copy, rules.standing.no_future_timestamps, NOW).examined) > 500


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.label)
def test_a_key_that_leads_nowhere_is_red_and_named(copy: duckdb.DuckDBPyConnection, reference: ForeignKey):
    copy.execute(BREAK[reference.label], [SESSION])
    finding = references(copy)
    assert not finding.passed
    assert reference.label in finding.figures
    assert finding.count == sum(map(int, finding.figures.values()))
    assert finding.sessions


def test_broken_keys_are_counted_exactly_and_twenty_sessions_named(copy: duckdb.DuckDBPyConnection):
    copy.execute("delete from transcripts")
    finding = references(copy)
    assert (finding.count, len(finding.sessions)) == (24, 20)


@pytest.mark.parametrize(("table", "column", "session"), MOMENTS, ids=lambda name: name)
def test_a_moment_of_the_future_is_red_and_named(
    copy: duckdb.DuckDBPyConnection, rules: QualityRules, table: str, column: str, session: str
):
    tomorrow = (NOW + timedelta(days=1)).replace(tzinfo=None)
    if table == "alerts_history":
        copy.execute("insert into alerts_history (id, session_id) values (1, ?)", [SESSION])
    named = copy.execute(f"select {session} from {table} where {session} is not null order by all").fetchall()[0][0]
    rows = copy.execute(f"select count(*) from {table} where {session} = ?", [named]).fetchall()[0][0]
    copy.execute(f"update {table} set {column} = ? where {session} = ?", [tomorrow, named])
    finding = no_future_timestamps(copy, rules.standing.no_future_timestamps, NOW)
    assert (finding.passed, finding.count, finding.sessions) == (False, rows, (named,))
    assert finding.figures == {f"{table}.{column}": rows}


def test_clocks_may_differ_by_minutes(copy: duckdb.DuckDBPyConnection, rules: QualityRules):
    copy.execute("update sessions set start_time = ?", [(NOW + timedelta(minutes=4)).replace(tzinfo=None)])
    assert no_future_timestamps(copy, rules.standing.no_future_timestamps, NOW).passed
