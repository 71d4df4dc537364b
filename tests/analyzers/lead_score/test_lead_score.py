"""The lead score, driven through hand-made facts of a call (spec 3.2)."""

from __future__ import annotations

import pytest

from analyzers.call import AnnotatedCall
from analyzers.lead_score.models import LeadScore
from analyzers.lead_score.report import lead_score
from analyzers.lead_score.scoring import Scoring
from analyzers.sales_intelligence.models import SalesIntelligence
from tests.analyzers.conversation_quality.reports import quality_of_call
from tests.analyzers.recorded_calls import REFERENCE, recorded_call
from tests.analyzers.sales_facts import (
    BOOKED,
    conversation,
    engaged_call,
    fact,
    facts,
    interested_lead,
    needed,
    objection,
    strong_lead,
)


def score(found: SalesIntelligence, call: AnnotatedCall | None = None) -> LeadScore:
    call = call or engaged_call()
    return lead_score(call, REFERENCE, found, quality_of_call(call))


def points(report: LeadScore, factor: str) -> float:
    return next(f.points for f in report.key_factors if f.factor == factor)


def share(report: LeadScore, factor: str) -> float:
    """Return the points of a factor as a share of the most it could give in this call."""
    return next(f.points / f.of for f in report.key_factors if f.factor == factor)


def total(report: LeadScore) -> int:
    assert report.total is not None
    return report.total


def test_a_team_of_ten_with_salesforce_this_week_and_a_booked_meeting_is_hot() -> None:
    report = score(strong_lead(), engaged_call(tool_calls=[BOOKED]))
    assert (total(report) > 80, report.temperature, report.confidence) == (True, "hot", "high")


def test_an_ordinary_interested_small_team_is_warm() -> None:
    report = score(interested_lead())
    assert 60 <= total(report) <= 75
    assert report.temperature == "warm"


def test_a_support_call_without_a_need_is_nurture() -> None:
    assert score(facts(need=False)).temperature == "nurture"


def test_a_caller_of_few_words_scores_lower_in_behaviour_alone() -> None:
    silent, engaged = recorded_call(conversation(pairs=2, words=2), duration_seconds=40), engaged_call()
    low, high = score(interested_lead(), silent).components, score(interested_lead(), engaged).components
    assert low is not None
    assert high is not None
    assert low.behavioral < high.behavioral
    assert low.model_dump(exclude={"behavioral"}) == high.model_dump(exclude={"behavioral"})


@pytest.mark.parametrize("found", [facts(), facts(need=False), interested_lead(), strong_lead()])
def test_the_components_add_up_to_the_total_and_the_factors_to_the_components(found: SalesIntelligence) -> None:
    report = score(found)
    assert report.components is not None
    parts = report.components.model_dump()
    assert sum(parts.values()) == report.total
    for name, given in parts.items():
        assert sum(f.points for f in report.key_factors if f.component == name) == pytest.approx(given, abs=0.51)


@pytest.mark.parametrize(("points_", "temperature"), [(81, "hot"), (80, "warm"), (60, "warm"), (59, "nurture"), (0, "nurture")])
def test_eighty_is_warm_and_sixty_is_warm(points_: int, temperature: str) -> None:
    assert REFERENCE.table(Scoring).thresholds.temperature(points_) == temperature


def test_key_factors_come_strongest_first_with_their_quotes() -> None:
    report = score(strong_lead())
    assert [f.points for f in report.key_factors] == sorted((f.points for f in report.key_factors), reverse=True)
    timeline = next(f for f in report.key_factors if f.factor == "timeline")
    assert (timeline.basis, timeline.evidence[0].quote) == ("said", "as said")


def test_what_the_call_does_not_say_gives_no_points_and_what_it_says_carries_the_weight() -> None:
    report = score(facts(headcount=fact(200)))
    revenue, employees = (next(f for f in report.key_factors if f.factor == name) for name in ("revenue", "employee_count"))
    assert (revenue.basis, revenue.evidence, revenue.points) == ("not_said", (), 0.0)
    assert (employees.points, employees.of) == (20.0, 20.0)


def test_putting_it_off_takes_the_points_of_the_timeline_unless_a_near_date_was_named() -> None:
    assert points(score(facts(objections=(objection("timing"),))), "timeline") == 0
    assert share(score(strong_lead(objections=(objection("timing"),))), "timeline") == 1
    assert points(score(strong_lead(objections=(objection("timing", "blocker"),))), "timeline") == 0


def test_an_accepted_answer_takes_nothing_away() -> None:
    settled = (
        objection("timing", resolved=True),
        objection("pricing", "blocker", resolved=True),
        objection("features", "blocker", resolved=True),
    )
    assert score(strong_lead(objections=settled)).total == score(strong_lead()).total


def test_an_open_price_or_feature_blocker_lowers_budget_or_fit() -> None:
    assert points(score(strong_lead(objections=(objection("pricing", "blocker"),))), "budget") == 0
    plain, blocked = score(strong_lead()), score(strong_lead(objections=(objection("features", "blocker"),)))
    assert points(blocked, "icp") < points(plain, "icp")


@pytest.mark.parametrize(("better", "worse", "factor"), [
    (facts(team_size=fact(12)), facts(team_size=fact(1)), "company_size"),
    (facts(headcount=fact(200)), facts(team_size=fact(2)), "employee_count"),
    (facts(revenue=fact(9_000_000.0)), facts(revenue=fact(100_000.0)), "revenue"),
    (facts(market_presence=fact("12 offices")), facts(), "market_presence"),
    (facts(decision_timeline=fact("this_week")), facts(decision_timeline=fact("evaluating")), "timeline"),
    (facts(budget=fact(5000.0)), facts(budget_authority=fact("needs_approval")), "budget"),
    (facts(integrations=needed("salesforce")), facts(integrations=needed("an old mainframe")), "integrations"),
    (facts(industry=fact("legal")), facts(industry=fact("other")), "industry"),
])  # fmt: skip
def test_each_fact_of_the_specification_moves_its_factor(better: SalesIntelligence, worse: SalesIntelligence, factor: str) -> None:
    assert points(score(better), factor) > points(score(worse), factor)


@pytest.mark.parametrize(("seconds", "right"), [(30, False), (179, False), (180, True), (420, True), (421, False), (1800, False)])
def test_three_to_seven_minutes_is_the_right_length(seconds: int, right: bool) -> None:
    assert (share(score(facts(), engaged_call(duration_seconds=seconds)), "duration") == 1) is right


def test_a_booked_meeting_counts_and_a_failed_booking_still_shows_willingness() -> None:
    booked, failed, none = (
        points(score(facts(), engaged_call(tool_calls=calls)), "meeting") for calls in ([BOOKED], [BOOKED | {"success": False}], [])
    )
    assert booked > failed > none


def test_live_signals_without_words_behind_them_are_no_evidence() -> None:
    noted = fact(12).model_copy(update={"source": "discovered_signals", "evidence": ()})
    size = next(f for f in score(facts(team_size=noted)).key_factors if f.factor == "company_size")
    assert size.basis == "live_signals"


@pytest.mark.parametrize("reason", ["no_transcript", "language:es"])
def test_a_call_without_words_is_not_scored(reason: str) -> None:
    report = score(strong_lead(), recorded_call(unavailable=reason, tool_calls=[BOOKED]))
    assert (report.status, report.reason) == ("unavailable", reason)
    assert (report.total, report.temperature, report.components, report.confidence) == (None, None, None, None)
