"""The stated rules for what should not be and yet arrives (docs/warehouse.md, 'Odd input')."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import pytest

from tests.support.builds import build, rows
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake, changed, sample_documents


def test_the_same_id_on_two_days_is_one_call_under_its_highest_revision(lake: Lake):
    document = sample_documents()[0]
    lake.analyse([document])
    lake.analyse([changed(document, revision=2, start_time=document.start_time + timedelta(days=2))])
    lake.analyse([changed(document, revision=1, start_time=document.start_time + timedelta(days=5))])
    built(lake)
    assert rows(lake.settings, "select revision, start_time from sessions") == [
        (2, (document.start_time + timedelta(days=2)).replace(tzinfo=None))
    ]
    assert rows(lake.settings, "select sum(calls) from hourly_calls") == [(1,)]
    assert rows(lake.settings, "select count(*) from session_ledger") == [(3,)]


def test_a_call_that_ends_before_it_starts_counts_and_has_no_duration(lake: Lake):
    skewed = changed(sample_documents()[0], end_time=sample_documents()[0].start_time - timedelta(minutes=3), duration_seconds=None)
    lake.analyse([skewed])
    built(lake)
    assert rows(lake.settings, "select sum(calls), sum(timed_calls), sum(duration_seconds_sum) from daily_calls") == [(1, 0, None)]


def test_a_call_of_no_seconds_counts_with_its_duration(lake: Lake):
    document = sample_documents()[0]
    lake.analyse([changed(document, end_time=document.start_time, duration_seconds=0)])
    built(lake)
    assert rows(lake.settings, "select sum(calls), sum(timed_calls), sum(duration_seconds_sum) from daily_calls") == [(1, 1, 0)]


def test_a_caller_without_an_email_is_a_lead_under_the_participant_id(lake: Lake):
    document = changed(sample_documents()[0], user_email=None, tool_calls=[])
    lake.analyse([document, changed(document, session_id="second", participant_id=document.participant_id)])
    built(lake)
    assert rows(lake.settings, "select email, company, total_calls from leads") == [(None, None, 2)]


def test_case_makes_no_other_person_and_a_plus_tag_does(lake: Lake):
    document = sample_documents()[0]
    for number, email in enumerate(["Dana@Acme.example", "dana@acme.example", "dana+trial@acme.example"]):
        lake.analyse([changed(document, session_id=f"call-{number}", user_email=email)])
    built(lake)
    found = rows(lake.settings, "select email, total_calls from leads order by email")
    assert found == [("dana+trial@acme.example", 1), ("dana@acme.example", 2)]


def test_values_outside_an_enumeration_are_kept_as_text_and_never_stop_a_build(lake: Lake):
    document = sample_documents()[0]
    signals = {
        **(document.discovered_signals.model_dump() if document.discovered_signals else {}),
        "budget_authority": "the boss's cat",
    }
    lake.analyse([changed(document, discovered_signals=signals, agent_version="")])
    result = build(lake)
    assert result.success
    assert rows(lake.settings, "select agent_version from hourly_calls") == [("unknown",)]
    known = ("decision_maker", "influencer", "needs_approval", None)
    assert rows(lake.settings, "select budget_authority from leads")[0][0] in known


@pytest.mark.parametrize("calls", [100_000])
def test_a_hundred_thousand_calls_of_one_person_are_one_lead(lake: Lake, calls: int):
    document = sample_documents()[0]
    lake.analyse([document])
    built(lake)
    with duckdb.connect(str(lake.settings.warehouse_path)) as warehouse:
        warehouse.execute(
            "insert into main.session_signals select s.* replace (session_id || '-' || n as session_id,"
            " start_time - to_minutes(cast(n as bigint)) as start_time, n % 100 as lead_score)"
            " from main.session_signals as s, range(1, ?) as numbers(n)",
            [calls],
        )
    lake.analyse([changed(document, session_id="newest", start_time=document.start_time + timedelta(days=1))])
    built(lake)
    assert rows(lake.settings, "select total_calls, latest_session_id from leads") == [(calls + 1, "newest")]
    assert rows(lake.settings, "select count(*), max(call_number) from lead_scores") == [(calls + 1, calls + 1)]
