"""Every expectation on marts is green on the sample calls, and red on rows that break it, whose session it names."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import pytest

from orchestration.quality.expectations import evaluate
from orchestration.quality.marts import frames_of_marts
from orchestration.quality.rules import QualityRules
from orchestration.resources import Platform
from orchestration.rules.finding import Finding
from orchestration.warehouse.reader import open_published
from tests.support.lake_samples import NOW, sample_documents

SINCE = (NOW - timedelta(days=1)).replace(tzinfo=None)
TOMORROW = "timestamp '2026-11-27 12:00:00'"
SESSION = sample_documents()[-1].session_id

_SETS = {
    "session_is_there_once": "insert into sessions from sessions where session_id = ?",
    "session_start_is_known": "start_time = null",
    "session_ends_after_its_start": "end_time = start_time - interval 1 second",
    "session_is_not_in_the_future": f"end_time = {TOMORROW}",
    "session_duration_in_range": "duration_seconds = 7201",
    "session_turn_count_in_range": "turn_count = -1",
    "session_lead_score_in_range": "lead_score = 101",
    "session_engagement_in_range": "engagement_score = 10.5",
    "session_tier_is_one_of_the_known": "qualification_tier = 'Tier 3'",
    "session_sentiment_is_one_of_the_known": "sentiment = 'mixed'",
    "metric_is_there_once": "insert into metrics from metrics where session_id = ?",
    "metric_type_is_one_of_the_known": "metric_type = 'mood'",
    "metric_is_not_in_the_future": f"timestamp = {TOMORROW}",
    "metric_eou_delay_in_range": "eou_delay_ms = -1",
    "metric_llm_ttft_in_range": "llm_ttft_ms = 120001",
    "metric_tts_ttfb_in_range": "tts_ttfb_ms = 120001",
    "metric_total_latency_in_range": "total_latency_ms = 120001",
    "metric_tokens_in_range": "total_tokens = 1100001",
    "lead_is_there_once": "insert into leads from leads where latest_session_id = ?",
    "lead_email_is_there_once": "insert into leads by name"
    " select * replace ('another' as lead_key, 'x@y.example' as email) from leads where latest_session_id = ?",
    "lead_email_has_the_shape_of_one": "email = 'Dana Ortiz'",
    "lead_first_call_is_not_after_its_last": "first_call_date = last_call_date + interval 1 second",
    "lead_was_not_called_in_the_future": f"last_call_date = {TOMORROW}",
    "lead_has_calls": "total_calls = 0",
    "lead_score_in_range": "lead_score = -1",
    "lead_tier_is_one_of_the_known": "qualification_tier = 'high_value'",
    "lead_timeline_is_one_of_the_known": "decision_timeline = 'soon'",
    "lead_authority_is_one_of_the_known": "budget_authority = 'boss'",
    "lead_urgency_is_one_of_the_known": "urgency = 'extreme'",
    "lead_team_size_in_range": "team_size = 0",
    "lead_monthly_volume_in_range": "monthly_volume = 0",
    "analysis_is_there_once": "insert into analysis_results from analysis_results where session_id = ?",
    "analysis_is_complete": "action_items = null",
    "analysis_version_is_known": "analyzer_version = null",
    "analysis_is_not_in_the_future": f"analyzed_at = {TOMORROW}",
    **{
        name: f"""{report} = '{body}'"""
        for name, report, body in (
            ("reported_score_in_range", "lead_score_breakdown", '{"total": 101}'),
            ("reported_temperature_is_one_of_the_known", "lead_score_breakdown", '{"temperature": "lukewarm"}'),
            ("reported_quality_in_range", "quality_analysis", '{"overall": 11}'),
            ("reported_sentiment_is_one_of_the_known", "sentiment_analysis", '{"overall": {"label": "mixed"}}'),
            ("reported_sentiment_score_in_range", "sentiment_analysis", '{"overall": {"score": 1.5}}'),
            ("reported_tier_is_one_of_the_known", "sales_intelligence", '{"qualification_tier": "Tier 3"}'),
            ("reported_timeline_is_one_of_the_known", "sales_intelligence", '{"decision_timeline": {"value": "soon"}}'),
            ("reported_authority_is_one_of_the_known", "sales_intelligence", '{"budget_authority": {"value": "boss"}}'),
            ("reported_urgency_is_one_of_the_known", "sales_intelligence", '{"urgency": {"value": "extreme"}}'),
        )
    },
}
_SHARES = {
    "most_sessions_have_a_lead_score": "update sessions set lead_score = null",
    "most_sessions_have_an_engagement_score": "update sessions set engagement_score = null",
    "session_knows_its_lead": "update sessions set lead_key = null",
}


def evaluated(connection: duckdb.DuckDBPyConnection, rules: QualityRules, *names: str, at_most: int = 100) -> dict[str, Finding]:
    """The findings of all rules, or of those named."""
    wanted = {
        table: [rule for rule in of_table if not names or rule.name in names]
        for table, of_table in rules.suites["marts"].tables.items()
    }
    return evaluate(frames_of_marts(connection, SINCE, at_most, NOW), wanted)


def damaging(name: str, rules: QualityRules) -> str:
    """The statement that breaks a rule for one session."""
    (table,) = (t for t, of_table in rules.suites["marts"].tables.items() if any(rule.name == name for rule in of_table))
    session = "latest_session_id" if table == "leads" else "session_id"
    change = _SETS[name]
    return change if change.startswith("insert") else f"update {table} set {change} where {session} = ?"


def test_every_rule_has_a_damage_here(rules: QualityRules):
    names = {rule.name for of_table in rules.suites["marts"].tables.values() for rule in of_table}
    assert names == _SETS.keys() | _SHARES.keys()


def test_the_sample_calls_are_sound(sound: Platform, rules: QualityRules):
    with open_published(sound.settings) as connection:
        findings = evaluated(connection, rules)
    assert {name: finding for name, finding in findings.items() if not finding.passed or finding.skipped_because} == {}
    assert findings["session_is_there_once"].examined == 24


@pytest.mark.parametrize("name", _SETS)
def test_rows_that_break_a_rule_turn_it_red_and_name_the_session(copy: duckdb.DuckDBPyConnection, rules: QualityRules, name: str):
    copy.execute("update leads set email = 'x@y.example' where latest_session_id = ?", [SESSION])
    copy.execute(damaging(name, rules), [SESSION])
    finding = evaluated(copy, rules, name)[name]
    assert (finding.passed, finding.problem, finding.sessions) == (False, None, (SESSION,))
    assert finding.count >= 1


@pytest.mark.parametrize("name", _SHARES)
def test_columns_that_are_empty_turn_their_completeness_red(copy: duckdb.DuckDBPyConnection, rules: QualityRules, name: str):
    copy.execute(_SHARES[name])
    finding = evaluated(copy, rules, name)[name]
    assert (finding.passed, finding.problem, finding.count, len(finding.sessions)) == (False, None, 24, 20)


def test_only_the_newest_sessions_are_looked_at(copy: duckdb.DuckDBPyConnection, rules: QualityRules):
    copy.execute("update session_ledger set analysed_at = analysed_at - interval 2 day where session_id <> ?", [SESSION])
    assert evaluated(copy, rules, "session_is_there_once")["session_is_there_once"].examined == 1
    copy.execute("update session_ledger set analysed_at = ?", [NOW.replace(tzinfo=None)])
    assert evaluated(copy, rules, "session_is_there_once", at_most=5)["session_is_there_once"].examined == 5
