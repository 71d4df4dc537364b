"""What is counted, what is not, and what stays unmeasured."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchestration.reports.daily import daily_facts
from orchestration.reports.facts import Average, CountedRate, DailyFacts, DayCost, Pipeline
from tests.orchestration.reports.busy_day import AFTER, DAY, NOON, busy_day
from tests.orchestration.reports.warehouse import CallRow, Opportunity, add_opportunities, said, warehouse


def facts_of(*calls: CallRow) -> DailyFacts:
    with warehouse(*calls) as connection:
        return daily_facts(connection, DAY, ZoneInfo("America/New_York"), AFTER)


@pytest.fixture
def busy() -> DailyFacts:
    with busy_day() as connection:
        return daily_facts(connection, DAY, ZoneInfo("America/New_York"), AFTER, AFTER)


def test_the_busy_day_is_counted_as_it_was(busy: DailyFacts):
    assert busy.activity.calls == 7
    assert busy.activity.qualified == CountedRate(3, 7)
    assert busy.activity.meetings == 2
    assert busy.activity.booked == CountedRate(2, 3)
    assert busy.activity.failed == CountedRate(1, 7)
    assert busy.activity.hot_leads == 3
    assert busy.before.calls == 6
    assert (busy.latency.value, busy.latency.n) == (pytest.approx(6625 / 7), 7)
    assert (busy.cost.usd, busy.cost.complete) == (pytest.approx(1.24), 6)


def test_pipeline_is_the_sum_of_what_the_calls_of_the_day_influenced_first_and_nobody_lost(busy: DailyFacts):
    assert busy.pipeline == Pipeline(127_400.0, opportunities=3, without_amount=1)


def test_a_day_whose_calls_influenced_nothing_has_an_empty_pipeline_and_one_without_any_opportunity_read_has_none():
    with busy_day() as connection:
        quiet = daily_facts(connection, DAY - timedelta(days=2), ZoneInfo("America/New_York"), AFTER)
    assert quiet.pipeline == Pipeline(None, 0, 0)
    assert facts_of(CallRow("call", NOON)).pipeline is None


def test_the_chart_ends_with_the_day_and_shows_days_without_calls(busy: DailyFacts):
    assert [day.calls for day in busy.chart] == [3, 4, 6, 1, 0, 5, 6, 4, 5, 7, 2, 1, 6, 7]
    assert busy.chart[0].day == date(2026, 11, 12)
    assert busy.chart[-1].qualified == 3


def test_the_books_of_documents_are_shown_with_the_time_of_publishing(busy: DailyFacts):
    quality = busy.quality
    assert (quality.received, quality.analysed, quality.rejected, quality.pending, quality.test_calls) == (68, 62, 5, 1, 2)
    assert quality.received == quality.analysed + quality.rejected + quality.pending
    assert quality.published_at == AFTER


def test_a_score_of_80_is_warm_and_81_is_hot():
    assert facts_of(CallRow("warm", NOON, lead_score=80), CallRow("hot", NOON, lead_score=81)).activity.hot_leads == 1


def test_a_lead_who_calls_twice_is_one_hot_lead_and_one_opportunity_at_the_better_score():
    facts = facts_of(
        CallRow("first", NOON, lead_score=84, lead_key="dana"),
        CallRow("second", NOON + timedelta(hours=1), lead_score=91, lead_key="dana"),
    )
    assert facts.activity.hot_leads == 1
    assert [(each.session_id, each.score) for each in facts.opportunities] == [("second", 91)]


def test_a_call_that_ended_in_an_error_or_was_lost_has_failed():
    facts = facts_of(
        CallRow("error", NOON, disconnect_reason="error"),
        CallRow("lost", NOON, disconnect_reason="unknown", complete=False),
        CallRow("fine", NOON),
    )
    assert facts.activity.failed == CountedRate(2, 3)
    assert facts.targets.error_rate_met is False


def test_five_percent_of_failed_calls_is_not_below_the_target():
    twenty = [CallRow(f"call {n}", NOON, disconnect_reason="error" if n == 0 else "user_hangup") for n in range(20)]
    assert facts_of(*twenty).targets.error_rate_met is False


def test_a_meeting_of_an_unqualified_caller_counts_as_a_meeting_but_not_in_the_booking_rate():
    facts = facts_of(
        CallRow("qualified", NOON, tier="Tier 1", meeting_booked=True),
        CallRow("qualified too", NOON, tier="Tier 1"),
        CallRow("not qualified", NOON, tier="Tier 2", meeting_booked=True),
    )
    assert facts.activity.meetings == 2
    assert facts.activity.booked == CountedRate(1, 2)


def test_what_no_call_measured_is_none_and_not_zero():
    facts = facts_of(CallRow("old document", NOON, latencies=[None, None]))
    assert facts.latency == Average(None, 0)
    assert facts.targets.latency_met is None
    assert facts.activity.engagement == Average(None, 0)
    assert facts.cost == DayCost(None, 0)


def test_a_call_with_an_unpriced_component_adds_what_is_known_but_is_not_complete():
    cost = facts_of(CallRow("priced", NOON, costs=[0.25, 0.5]), CallRow("partly", NOON, costs=[0.25, None])).cost
    assert cost == DayCost(1.0, 1)


def test_a_day_without_calls_has_no_rate_at_all():
    facts = facts_of()
    assert facts.activity.qualified.share is None
    assert facts.activity.booked.share is None
    assert facts.targets.error_rate_met is None
    assert facts.opportunities == ()


def test_latency_of_1000_ms_misses_the_target_below_1000():
    assert facts_of(CallRow("slow", NOON, latencies=[1000])).targets.latency_met is False
    assert facts_of(CallRow("quick", NOON, latencies=[999])).targets.latency_met is True


def test_opportunities_are_the_three_best_of_those_with_60_or_more():
    scores = [59, 60, 75, 99, 61]
    facts = facts_of(*(CallRow(f"call {score}", NOON, lead_score=score) for score in scores))
    assert [each.score for each in facts.opportunities] == [99, 75, 61]
    assert [each.score for each in facts_of(CallRow("call", NOON, lead_score=59)).opportunities] == []


def test_an_opportunity_says_what_the_call_said_and_no_more():
    facts = facts_of(
        CallRow(
            "full", NOON, lead_score=90, report=said(team=1200, needs=("salesforce", "crm"), timeline="this_week", tool="Word")
        ),
        CallRow("switcher", NOON, lead_score=80, report=said(tool="DocuSign", unhappy_with="DocuSign")),
        CallRow("silent", NOON, lead_score=70, report=said()),
    )
    assert [each.signals for each in facts.opportunities] == [
        ("1,200 users", "Salesforce and CRM need", "decides this week", "uses Word"),
        ("DocuSign switcher",),
        (),
    ]


def test_work_on_paper_is_no_tool_that_is_used():
    facts = facts_of(CallRow("paper", NOON, lead_score=70, report=said(tool="manual")))
    assert [each.signals for each in facts.opportunities] == [("works by hand",)]


def test_a_company_is_shown_by_its_name_in_the_crm_where_it_is_known():
    named = CallRow("named", NOON, company="northlight.example", lead_score=90)
    domain_only = CallRow("domain", NOON, company="globex.example", lead_score=80)
    with warehouse(named, domain_only) as connection:
        add_opportunities(connection, Opportunity(1000, DAY, influenced_by="named", account_name="Northlight Legal LLP"))
        facts = daily_facts(connection, DAY, ZoneInfo("America/New_York"), AFTER)
    assert [each.company for each in facts.opportunities] == ["Northlight Legal LLP", "globex.example"]


def test_a_consent_refused_call_without_analysis_still_counts():
    with warehouse(CallRow("refused", NOON, lead_score=70)) as connection:
        connection.execute("delete from analysis_results")
        facts = daily_facts(connection, DAY, UTC, AFTER)
    assert facts.activity.calls == 1
    assert facts.opportunities[0].signals == ()


def week_of(industry: str, this_week: int, week_before: int) -> list[CallRow]:
    days = [NOON - timedelta(days=n % 7) for n in range(this_week)] + [NOON - timedelta(days=7 + n % 7) for n in range(week_before)]
    return [CallRow(f"{industry} {n}", day, report=said(industry=industry)) for n, day in enumerate(days)]


def test_the_industry_that_grew_most_is_the_trend():
    trend = facts_of(*week_of("legal", 7, 5), *week_of("healthcare", 9, 9)).trends.industry
    assert trend is not None
    assert (trend.subject, trend.current, trend.previous) == ("Legal", CountedRate(7, 16), CountedRate(5, 14))


@pytest.mark.parametrize(("before", "change"), [(0, None), (9, None), (10, 1.0), (20, 0.0), (40, -0.5)])
def test_nine_calls_the_week_before_are_too_few_to_compare_with(before: int, change: float | None):
    trend = facts_of(*week_of("legal", 20, before)).trends.industry
    assert trend is not None
    assert trend.change == change


def test_one_call_is_no_trend():
    trends = facts_of(*week_of("legal", 1, 0)).trends
    assert trends.industry is None
    assert (trends.current_calls, trends.previous_calls) == (1, 0)


def test_a_call_that_asks_twice_for_a_feature_asks_once():
    twice = said(features=("mobile app", "mobile app"), needs=("salesforce", "salesforce"))
    trends = facts_of(CallRow("one", NOON, report=twice), CallRow("two", NOON, report=twice)).trends
    assert trends.feature is not None
    assert trends.feature.current == CountedRate(2, 2)
    assert trends.integration is not None
    assert trends.integration.subject == "Salesforce"


def test_the_week_is_the_day_and_the_six_before_it():
    edge = datetime(2026, 11, 19, 5, tzinfo=UTC)
    trends = facts_of(CallRow("in", edge), CallRow("out", edge - timedelta(seconds=1))).trends
    assert (trends.current_calls, trends.previous_calls) == (1, 1)
