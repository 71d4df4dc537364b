"""How the summary reads, in both parts of the e-mail."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from syrupy.assertion import SnapshotAssertion

from orchestration.reports.daily import daily_facts
from orchestration.reports.facts import DailyFacts, Pipeline
from orchestration.reports.render import RenderedEmail
from tests.orchestration.reports.busy_day import AFTER, DAY, NOON, busy_day
from tests.orchestration.reports.rendering import BASE_URL, Page, render_daily
from tests.orchestration.reports.warehouse import CallRow, said, warehouse


def rendered(*calls: CallRow, now: datetime = AFTER) -> RenderedEmail:
    with warehouse(*calls) as connection:
        return render_daily(daily_facts(connection, DAY, ZoneInfo("America/New_York"), now), BASE_URL)


def line(email: RenderedEmail, label: str) -> str:
    return next(each for each in email.text.splitlines() if each.startswith(f"• {label}"))


def words(email: RenderedEmail) -> str:
    return " ".join(Page(email.html).words.split())


@pytest.fixture
def busy() -> DailyFacts:
    with busy_day() as connection:
        return daily_facts(connection, DAY, ZoneInfo("America/New_York"), AFTER, AFTER)


def test_text_of_a_busy_day(busy: DailyFacts, snapshot: SnapshotAssertion):
    email = render_daily(busy, BASE_URL)
    assert email.subject == "Voice Agent Daily Summary - November 25, 2026"
    assert email.text == snapshot


def test_text_of_a_day_without_calls(snapshot: SnapshotAssertion):
    assert rendered().text == snapshot


def test_both_parts_say_the_same_figures_and_link_to_the_same_pages(busy: DailyFacts):
    email = render_daily(busy, f"{BASE_URL}/")
    page = Page(email.html)
    for said_in_both in (
        "43% qualification rate",
        "946 ms",
        "7 replies",
        "14.3%",
        "1 of 7 calls",
        "Northlight Legal",
        "68 call documents",
    ):
        assert said_in_both in words(email)
        assert said_in_both in email.text
    assert page.addresses == [f"{BASE_URL}/calls/trial_{n}" for n in (1, 2, 3)] + [f"{BASE_URL}/"]
    assert all(address in email.text for address in page.addresses)


def test_the_page_loads_nothing_but_its_own_pictures_and_runs_nothing(busy: DailyFacts):
    email = render_daily(busy, BASE_URL)
    page = Page(email.html)
    assert page.loaded == [f"cid:{picture.name}" for picture in email.pictures] == ["cid:chart-1"]
    assert {"script", "iframe", "link"}.isdisjoint(page.tags)
    assert Page(email.page).loaded[0].startswith("data:image/png;base64,")


def test_the_same_facts_give_the_same_bytes(busy: DailyFacts):
    assert render_daily(busy, BASE_URL) == render_daily(busy, BASE_URL)


def test_styles_are_in_the_elements_so_that_clients_which_drop_style_sheets_show_them(busy: DailyFacts):
    html = render_daily(busy, BASE_URL).html
    assert 'class="figure" style="' in html


def test_a_hostile_company_name_is_shown_as_it_is_and_does_nothing():
    name = "<script>alert(1)</script><img src=x onerror=alert(1)> & {{ 7*7 }} </mj-text>"
    email = rendered(CallRow("call", NOON, "Eve", name, lead_score=90, report=said(features=("<b>x</b>",))))
    page = Page(email.html)
    assert {"script", "b"}.isdisjoint(page.tags)
    assert page.loaded == ["cid:chart-1"]
    assert name in words(email)
    assert name in email.text


def test_what_a_caller_asked_for_is_escaped_too():
    calls = [CallRow(f"call {n}", NOON, report=said(features=('</div><a href="https://evil.example">free</a>',))) for n in range(2)]
    email = rendered(*calls)
    assert Page(email.html).addresses == [f"{BASE_URL}/"]
    assert "free" in words(email)


def test_a_name_with_line_breaks_cannot_add_lines_to_the_text():
    email = rendered(CallRow("call", NOON, "Eve", "Acme\n• Total Calls: 999\u202e\u0000\r\n", lead_score=90))
    assert [each for each in email.text.splitlines() if "999" in each] == [
        "1. Acme • Total Calls: 999 (Eve) - Score 90 - no key signals"
    ]


def test_an_endless_name_is_cut():
    email = rendered(CallRow("call", NOON, "Eve", "x" * 5000, lead_score=90))
    assert f"{'x' * 79}…" in email.text
    assert "x" * 81 not in email.html


def test_a_session_id_with_odd_characters_stays_inside_its_link():
    email = rendered(CallRow('a/../b?c="d" e', NOON, lead_score=90))
    assert f"{BASE_URL}/calls/a%2F..%2Fb%3Fc%3D%22d%22%20e" in Page(email.html).addresses


def test_a_caller_without_any_name_is_still_listed():
    assert "1. Caller without a name - Score 90 - no key signals" in rendered(CallRow("call", NOON, lead_score=90)).text


@pytest.mark.parametrize(
    ("today", "before", "expected"),
    [
        (15, 10, "15 (↑ 50% vs 10 the day before)"),
        (10, 15, "10 (↓ 33% vs 15 the day before)"),
        (10, 10, "10 (→ as many as the day before)"),
        (9, 20, "9 (20 the day before)"),
        (20, 9, "20 (9 the day before)"),
        (2, 0, "2 (no calls the day before)"),
        (0, 2, "0 (2 the day before)"),
    ],
)
def test_calls_are_compared_in_percent_only_when_both_days_have_enough(today: int, before: int, expected: str):
    calls = [CallRow(f"today {n}", NOON) for n in range(today)] + [
        CallRow(f"before {n}", NOON - timedelta(days=1)) for n in range(before)
    ]
    assert line(rendered(*calls), "Total Calls") == f"• Total Calls: {expected}"


@pytest.mark.parametrize(
    ("today", "before", "expected"),
    [
        (7.8, 7.5, "7.8/10 (↑ 0.3 vs day before, 5 calls)"),
        (7.5, 7.8, "7.5/10 (↓ 0.3 vs day before, 5 calls)"),
        (7.5, 7.5, "7.5/10 (→ same as day before, 5 calls)"),
        (7.5, None, "7.5/10 (not measured the day before, 5 calls)"),
        (None, 7.5, "Not measured"),
    ],
)
def test_engagement_is_compared_only_when_both_days_measured_it(today: float | None, before: float | None, expected: str):
    calls = [CallRow(f"today {n}", NOON, engagement=today) for n in range(5)]
    email = rendered(*calls, *(CallRow(f"before {n}", NOON - timedelta(days=1), engagement=before) for n in range(5)))
    assert line(email, "Engagement") == f"• Engagement Score: {expected}"


def test_engagement_of_four_calls_is_shown_and_not_compared():
    calls = [CallRow(f"today {n}", NOON, engagement=7.8) for n in range(4)]
    email = rendered(*calls, *(CallRow(f"before {n}", NOON - timedelta(days=1), engagement=7.1) for n in range(9)))
    assert line(email, "Engagement") == "• Engagement Score: 7.8/10 (too few calls to compare days, 4 calls)"


def test_latency_that_was_not_measured_is_said_to_be_so():
    email = rendered(CallRow("old", NOON, latencies=[None]))
    assert line(email, "Avg Latency") == "• Avg Latency: Not measured (target: <1000 ms)"
    assert "0 ms" not in words(email).replace("1000 ms", "")


def test_a_missed_target_is_marked_in_both_parts():
    email = rendered(CallRow("slow", NOON, latencies=[1400, 1500]))
    assert line(email, "Avg Latency") == "• Avg Latency: 1,450 ms (⚠️ target: <1000 ms, 2 replies)"
    assert "✗ target: <1000 ms" in words(email)


def test_cost_says_how_many_calls_are_fully_priced():
    email = rendered(CallRow("a", NOON, tier="Tier 1", costs=[0.3, 0.2]), CallRow("b", NOON))
    assert line(email, "Cost") == "• Cost per Qualified Lead: $0.50 ($0.50 in total, 1 of 2 calls fully priced)"


def test_without_a_qualified_call_there_is_a_cost_but_none_per_lead():
    email = rendered(CallRow("a", NOON, tier="Tier 2", costs=[0.25]))
    assert line(email, "Cost") == "• Cost per Qualified Lead: No qualified lead ($0.25 in total, 1 of 1 call fully priced)"


def test_pipeline_is_said_to_be_not_connected_only_while_no_opportunity_was_read():
    assert line(rendered(), "Pipeline") == "• Pipeline Influenced: Not connected (no opportunity was read from Salesforce so far)"


@pytest.mark.parametrize(
    ("pipeline", "expected"),
    [
        (Pipeline(127_400.0, 8, 0), "$127K (8 opportunities)"),
        (Pipeline(99_400.0, 8, 0), "$99,400 (8 opportunities)"),
        (Pipeline(1_274_000.0, 8, 0), "$1.3M (8 opportunities)"),
        (Pipeline(950.0, 1, 0), "$950 (1 opportunity)"),
        (Pipeline(127_400.0, 3, 1), "$127K (3 opportunities, 1 without an amount)"),
        (Pipeline(None, 2, 2), "No amount (2 opportunities, 2 without an amount)"),
        (Pipeline(None, 0, 0), "$0 (no opportunity)"),
    ],
)
def test_pipeline_says_of_how_many_opportunities_it_is_the_sum(busy: DailyFacts, pipeline: Pipeline, expected: str):
    email = render_daily(replace(busy, pipeline=pipeline), BASE_URL)
    assert line(email, "Pipeline") == f"• Pipeline Influenced: {expected}"
    assert all(part in words(email) for part in re.split(r" \(|, |\)", expected))


def legal_calls(name: str, n: int, at: datetime) -> list[CallRow]:
    return [CallRow(f"{name} {i}", at, report=said(industry="legal")) for i in range(n)]


def test_trends_give_a_percentage_only_when_both_weeks_have_enough_to_compare():
    now, earlier = legal_calls("now", 15, NOON), NOON - timedelta(days=8)
    assert "• Legal industry calls this week (15 of 15 calls, no calls the week before)" in rendered(*now).text
    few, enough = legal_calls("before", 9, earlier), legal_calls("before", 10, earlier)
    assert "• Legal industry calls this week (15 of 15 calls, 9 of 9 the week before)" in rendered(*now, *few).text
    assert "• Legal industry calls +50% this week (15 of 15 calls, 10 of 10 the week before)" in rendered(*now, *enough).text


def test_a_trend_that_is_not_named_says_how_many_calls_it_takes_and_how_many_there_are():
    reports = [said(industry=industry, needs=("hubspot",)) for industry in ("legal", "events", "retail")]
    calls = [CallRow(f"call {n}", NOON, report=report) for n, report in enumerate(reports)]
    text = rendered(*calls).text
    assert "• HubSpot integration requests this week (3 of 3 calls, no calls the week before)" in text
    assert "• No industry trend this week (2 calls must name the same industry; the most frequent one has 1 of 3 calls)" in text
    assert "• No feature trend this week (2 calls must name the same feature; none of 3 calls did)" in text


def test_five_calls_without_a_common_subject_are_not_called_too_few():
    text = rendered(*(CallRow(f"call {n}", NOON) for n in range(5))).text
    assert "Too few calls" not in text
    assert "none of 5 calls did" in text


def test_without_a_base_address_neither_part_has_a_link(busy: DailyFacts):
    email = render_daily(busy, "")
    assert Page(email.html).addresses == []
    assert "View Full Dashboard" not in words(email)
    assert "http" not in email.text
    assert "Northlight Legal" in email.text


def test_a_day_that_is_not_over_says_so_in_both_parts():
    email = rendered(CallRow("early", NOON), now=NOON + timedelta(minutes=5))
    assert "This day is not over yet" in email.text
    assert "This day is not over yet" in words(email)


def test_a_quiet_fortnight_has_no_chart(busy: DailyFacts):
    assert "Calls per day, last 14 days" in words(render_daily(busy, BASE_URL))
    assert "Calls per day" not in words(rendered())


def test_the_picture_says_in_words_what_it_shows(busy: DailyFacts):
    email = render_daily(replace(busy, chart=busy.chart[-2:]), BASE_URL)
    alt = Page(email.html).pictures["cid:chart-1"]
    assert alt == "Bar chart. Calls per day, last 2 days. T 24: 6, 2 qualified; W 25: 7, 3 qualified."
    assert email.pictures[0].png.startswith(b"\x89PNG")


def test_the_time_of_publishing_is_that_of_the_business_zone(busy: DailyFacts):
    summer = replace(busy, quality=replace(busy.quality, published_at=datetime(2026, 7, 1, 12, tzinfo=UTC)))
    assert "Warehouse published July 1, 2026, 08:00 EDT." in render_daily(summer, BASE_URL).text
