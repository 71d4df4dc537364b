"""What the weekly review counts, and what it says of weeks with little in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from syrupy.assertion import SnapshotAssertion

from orchestration.reports.facts import Pipeline, WeekCosts, WeeklyFacts
from orchestration.reports.notices import Notices
from orchestration.reports.weekly import weekly_facts
from tests.orchestration.reports.busy_weeks import AFTER, MONDAY
from tests.orchestration.reports.rendering import BASE_URL, Page, render_daily, render_weekly
from tests.orchestration.reports.test_daily_facts import facts_of
from tests.orchestration.reports.warehouse import CallRow, Opportunity, add_opportunities, said, warehouse

NOON = datetime(2026, 11, 18, 17, tzinfo=UTC)
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)></td></mj-text>{{ 7*7 }}",
    "\u202eمكتب المحاماة\u202c שלום",
    "🔥👩‍👩‍👧‍👦\u0000\r\nBcc: eve@evil.example",
    "W" * 3000,
)


def facts_of_week(*calls: CallRow, opportunities: tuple[Opportunity, ...] = ()) -> WeeklyFacts:
    with warehouse(*calls) as connection:
        add_opportunities(connection, *opportunities)
        return weekly_facts(connection, MONDAY, ZoneInfo("America/New_York"), AFTER, AFTER)


def text(facts: WeeklyFacts) -> str:
    return render_weekly(facts, BASE_URL).text


def week_of(n: int, weeks_ago: int = 0, **more: object) -> list[CallRow]:
    at = NOON - timedelta(weeks=weeks_ago)
    return [CallRow(f"{weeks_ago} {i} {more}", at + timedelta(minutes=i), **{"tier": "Tier 1", **more}) for i in range(n)]  # pyright: ignore


def test_a_week_without_calls_says_so_everywhere_and_shows_no_zero_for_what_was_not_measured(snapshot: SnapshotAssertion):
    assert text(facts_of_week()) == snapshot


def test_a_week_of_three_calls_is_compared_with_nothing(snapshot: SnapshotAssertion):
    assert text(facts_of_week(*week_of(3, report=said(team=8)), *week_of(40, 1))) == snapshot


def test_the_week_begins_and_ends_at_midnight_where_the_business_is():
    edge = datetime(2026, 11, 16, 5, tzinfo=UTC)
    calls = [CallRow(f"{n}", edge + timedelta(seconds=n)) for n in (-1, 0, 7 * 86400 - 1, 7 * 86400)]
    facts = facts_of_week(*calls)
    assert (facts.before["calls"].count, facts.now["calls"].count) == (1, 2)


def test_cost_is_that_of_models_and_speech_beside_transport_and_what_is_known_of_servers():
    facts = facts_of_week(*week_of(4, costs=[1.0, 2.0, 0.5, 0.25]))
    assert facts.costs == WeekCosts(api=14.0, transport=1.0, infrastructure=None)
    assert "Total Cost: $15.00 (API $14.00 + infrastructure $1.00, servers not included" in text(facts)
    known = replace(facts, costs=replace(facts.costs, infrastructure=99.0))
    assert "Total Cost: $114 (API $14.00 + infrastructure $100, 4 of 4 calls fully priced" in text(known)


def test_without_prices_or_pipeline_there_is_no_return():
    facts = facts_of_week(*week_of(4))
    assert "Total Cost: Not measured (no call of this week has a price)" in text(facts)
    assert "ROI: Not connected (no opportunity was read from Salesforce so far)" in text(facts)
    empty = replace(facts, pipeline=Pipeline(None, 0, 0))
    assert "ROI: No pipeline (no opportunity)" in text(empty)
    unpriced = replace(facts, pipeline=Pipeline(50_000.0, 2, 0))
    assert "ROI: Not measured (no call of this week has a price)" in text(unpriced)
    assert "Revenue per Call: $12,500 (pipeline / calls, $50,000 / 4 calls)" in text(unpriced)


def test_pipeline_is_that_of_the_seven_days():
    days = [MONDAY + timedelta(days=n) for n in (-1, 0, 6, 7)]
    facts = facts_of_week(*week_of(2), opportunities=tuple(Opportunity(100.0 * 10**n, day) for n, day in enumerate(days)))
    assert facts.pipeline == Pipeline(11_000.0, 2, 0)


def test_frustration_with_a_competitor_is_a_driver_when_it_is_frequent():
    report = said(unhappy_with="DocuSign")
    assert "• 100% mentioned competitor frustration (6 of 6 qualified calls)" in text(facts_of_week(*week_of(6, report=report)))


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (30, 20, "Call volume growing 50% WoW (30 calls, 20 the week before)"),
        (10, 20, "Call volume shrinking 50% WoW (10 calls, 20 the week before)"),
        (20, 20, "Call volume unchanged WoW (20 calls, 20 the week before)"),
        (30, 9, "Too few calls to say how call volume changed (30 calls, 9 the week before; both weeks need 10)"),
    ],
)
def test_growth_is_said_in_percent_only_where_both_weeks_have_enough_calls(now: int, before: int, expected: str):
    assert f"• {expected}" in text(facts_of_week(*week_of(now), *week_of(before, 1)))


def test_a_missed_target_is_a_risk_with_its_figures():
    calls = [*week_of(30, latencies=[1400]), *week_of(5, disconnect_reason="error")]
    said_in_text = text(facts_of_week(*calls))
    assert "• Error rate 14.3% misses its target (5 of 35 calls; target: <5%)" in said_in_text
    assert "• Average latency 1,400 ms misses its target (30 replies; target: <1000 ms)" in said_in_text


def test_one_failed_search_is_chance_and_recommends_nothing():
    said_in_text = text(facts_of_week(*week_of(1, failed_searches=("zapier integration",)), *week_of(8)))
    assert "• None that the calls of this week support" in said_in_text
    assert "1. None this week" in said_in_text


def test_switchers_are_no_opportunity_when_they_qualify_no_more_often_than_others():
    calls = week_of(8, report=said(unhappy_with="DocuSign"))
    assert "switchers" not in text(facts_of_week(*calls))
    others = week_of(20, tier="Tier 2")
    assert "• DocuSign switchers highly qualified (100% Tier 1) (8 of 8 calls; 29% of all calls are Tier 1)" in text(
        facts_of_week(*calls, *others)
    )


@pytest.mark.parametrize("words", HOSTILE, ids=["markup", "right to left", "emoji and line breaks", "endless"])
def test_hostile_words_stay_words_in_both_reports(words: str, snapshot: SnapshotAssertion):
    report = said(industry=words, needs=(words,), features=(words,), unhappy_with=words)
    notices = Notices(
        cautions=("Not complete.",), footing=("You get it.",), unsubscribe="https://voice.example/unsubscribe?token=x"
    )
    calls = [
        CallRow(f"c{n}", NOON, words, words, "Tier 1", 90, report=report, failed_searches=(words, "webhooks")) for n in range(12)
    ]
    weekly = render_weekly(facts_of_week(*calls), BASE_URL, notices)
    daily = render_daily(
        facts_of(*[replace(call, start_time=call.start_time + timedelta(days=7)) for call in calls]), BASE_URL, notices
    )
    for email in (weekly, daily):
        page = Page(email.html)
        assert {"script", "iframe"}.isdisjoint(page.tags)
        assert page.loaded == ["cid:chart-1"]
        assert all(address.startswith(f"{BASE_URL}/") for address in page.addresses)
        assert not any(line.startswith("Bcc") for line in email.text.splitlines())
        assert len(email.html.encode()) < 90_000
        assert "\u202e" not in email.text + email.html
        assert email.text == snapshot


def test_a_week_that_is_not_over_says_so_at_its_top():
    with warehouse(*week_of(3)) as connection:
        facts = weekly_facts(connection, MONDAY, ZoneInfo("America/New_York"), NOON)
    assert "This week is not over yet: the figures are those of its calls so far." in text(facts)
    assert facts.monday == date(2026, 11, 16)
