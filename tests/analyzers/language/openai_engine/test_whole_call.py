"""What the model judges of the whole call counts only where its words stand, and the rules decide the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from analyzers.language.annotations import CallJudgement, SpanType
from analyzers.language.openai_engine.prompt import time_of_call
from analyzers.language.transcript import DatedTranscript
from tests.analyzers.language.openai_engine.engines import Bench, call
from tests.analyzers.language.openai_engine.model import answer, fact, settled
from tests.analyzers.language.openai_engine.test_hostile_transcripts import reports_of
from tests.fakes.openai_api import FakeOpenAI

WORDS = (
    "How big is the team?",
    "twelve. no, my sister says nine of us would send with it",
    "Nine. And when would you decide?",
    "before the season starts, and I would rather try it alone first",
)
ITEMS = call(*WORDS)
MOOD = {"label": "positive", "trend": "improving", "confidence": 0.7, "lines": [3]}


def judged(bench: Bench, api: FakeOpenAI, facts: list[dict[str, Any]] | None = None, **parts: Any) -> CallJudgement:
    api.answer = lambda body: answer(facts or [], **parts)
    made = bench.annotated(*WORDS).judgement
    assert made is not None
    return made


def test_the_final_value_of_a_fact_is_reported_with_its_own_words(bench: Bench, api: FakeOpenAI):
    first = fact(1, "twelve", "team_size", 12, kind="users", approximate=False)
    api.answer = lambda body: answer([first], team_size=settled(1, "nine of us would send with it", 9))
    team = reports_of(bench.annotated(*WORDS), ITEMS)["sales_intelligence"]["team_size"]
    assert team["value"] == 9
    assert [e["quote"] for e in team["evidence"]] == ["nine of us would send with it"]  # pyright: ignore[reportArgumentType, reportCallIssue]


def test_a_fact_that_the_whole_call_takes_back_is_not_reported(bench: Bench, api: FakeOpenAI):
    api.answer = lambda body: answer([fact(1, "twelve", "team_size", 12, kind="users", approximate=False)])
    assert reports_of(bench.annotated(*WORDS), ITEMS)["sales_intelligence"]["team_size"] is None


@pytest.mark.parametrize("place", [(9, "nine of us"), (-1, "nine of us"), (1, "9 of us"), (2, "Nine"), (1, "")])
def test_a_judgement_whose_words_are_not_the_callers_leaves_it_to_the_rules(bench: Bench, api: FakeOpenAI, place: tuple[int, str]):
    api.answer = lambda body: answer(
        [fact(1, "nine of us", "team_size", 9, kind="users", approximate=False)], team_size=settled(*place, 40)
    )
    made = bench.annotated(*WORDS)
    assert made.judgement is not None
    assert SpanType.TEAM_SIZE not in made.judgement.settled
    assert made.dropped == 1
    assert reports_of(made, ITEMS)["sales_intelligence"]["team_size"]["value"] == 9


def test_sentiment_trend_and_ending_of_the_whole_call_are_reported(bench: Bench, api: FakeOpenAI):
    api.answer = lambda body: answer([], sentiment=MOOD, natural_ending=True)
    reports: dict[str, Any] = reports_of(bench.annotated(*WORDS), ITEMS)
    assert (reports["sentiment"]["overall"]["label"], reports["sentiment"]["trend"]) == ("positive", "improving")
    assert reports["conversation_quality"]["metrics"]["natural_ending"]["value"] is True


def test_a_sentiment_that_rests_on_no_line_of_the_caller_is_left_to_the_rules(bench: Bench, api: FakeOpenAI):
    for lines in ([], [0, 2], [40]):
        assert judged(bench, api, sentiment={**MOOD, "lines": lines}).sentiment is None
    assert judged(bench, api, sentiment=MOOD).sentiment == "positive"


def test_what_the_caller_wishes_comes_before_the_size_of_the_lead(bench: Bench, api: FakeOpenAI):
    wish = settled(3, "I would rather try it alone first", "alone")
    nine = settled(1, "nine of us", 9)
    api.answer = lambda body: answer([], team_size=nine, wish=wish, next_action="self_serve")
    outcome = reports_of(bench.annotated(*WORDS), ITEMS)["executive_summary"]["outcome"]
    assert (outcome["tier"], outcome["next_action"]) == ("Tier 1", "self_serve")  # pyright: ignore[reportArgumentType]


def test_a_sales_call_that_nothing_supports_is_not_taken_from_the_model(bench: Bench, api: FakeOpenAI):
    api.answer = lambda body: answer([], next_action="sales_call", wish=settled(1, "call me at once", "person"))
    outcome = reports_of(bench.annotated(*WORDS), ITEMS)["executive_summary"]["outcome"]
    assert outcome["next_action"] != "sales_call"  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(("words", "known"), [("my sister says nine of us", True), ("our board decides", False)])
def test_who_decides_is_known_where_the_call_says_so(bench: Bench, api: FakeOpenAI, words: str, known: bool):
    api.answer = lambda body: answer([], decider=settled(1, words, "the sister"))
    made = bench.annotated(*WORDS)
    assert made.dropped == (not known)
    assert reports_of(made, ITEMS)["sales_intelligence"]["bant"]["authority"] is known  # pyright: ignore[reportArgumentType, reportCallIssue]


def test_a_call_without_a_prospect_keeps_its_actions_and_no_sales_facts(bench: Bench, api: FakeOpenAI):
    team = fact(1, "nine of us", "team_size", 9, kind="users", approximate=False)
    nothing = {"deadline": None, "due": None, "conditional": False}
    promise = fact(2, "Nine", "action", "pass it on", owner="support", kind="follow_up", **nothing)
    reason = settled(1, "nine of us would send with it", "seller")
    api.answer = lambda body: answer([team, promise], no_prospect=reason, team_size=settled(1, "nine of us", 9))
    made = bench.annotated(*WORDS)
    assert [span.type for span in made.spans] == [SpanType.ACTION]
    reports: dict[str, Any] = reports_of(made, ITEMS)
    assert (reports["sales_intelligence"]["team_size"], reports["executive_summary"]["outcome"]["tier"]) == (None, "Tier 2")


def test_the_engine_decides_that_there_is_no_prospect(bench: Bench, api: FakeOpenAI):
    reason = settled(1, "twelve", "student")
    api.answer = lambda body: answer([], no_prospect=reason, next_action="sales_call", readiness="committed")
    reports: dict[str, Any] = reports_of(bench.annotated(*WORDS), ITEMS)
    found = reports["sales_intelligence"]["no_prospect"]
    assert (found["value"], [quote["quote"] for quote in found["evidence"]]) == ("student", ["twelve"])
    assert (reports["lead_score"]["temperature"], reports["executive_summary"]["outcome"]["next_action"]) == ("nurture", "nurture")
    assert reports["executive_summary"]["summary"].startswith("The caller asked for a study")


def test_an_engine_that_judges_a_prospect_is_not_overruled(bench: Bench, api: FakeOpenAI):
    words = ("What would you like?", "I want my money back for the trial that I never used, cancel it all.", "I can open a ticket.")
    assert reports_of(bench.annotated(*words), call(*words))["sales_intelligence"]["no_prospect"] is None


@pytest.mark.parametrize(("line", "channels"), [(1, ["any"]), (0, [])])
def test_a_wish_not_to_be_contacted_that_the_engine_hears_binds(bench: Bench, api: FakeOpenAI, line: int, channels: list[str]):
    words = ("Your name is on our list.", "just forget that I exist, your list is not for me", "Understood.")
    api.answer = lambda body: answer([], wish=settled(line, "list", "no_contact"), next_action="sales_call")
    reports: dict[str, Any] = reports_of(bench.annotated(*words), call(*words))
    assert [wish["channel"] for wish in reports["sales_intelligence"]["contact_wishes"]] == channels


def test_an_engine_does_not_widen_a_wish_that_names_its_channel(bench: Bench, api: FakeOpenAI):
    words = ("Shall I write?", "please stop sending me emails")
    api.answer = lambda body: answer([], wish=settled(1, "stop sending me emails", "no_contact"))
    reports: dict[str, Any] = reports_of(bench.annotated(*words), call(*words))
    assert [wish["channel"] for wish in reports["sales_intelligence"]["contact_wishes"]] == ["email"]


def test_no_facts_are_lost_to_a_reason_that_nobody_said(bench: Bench, api: FakeOpenAI):
    team = fact(1, "nine of us", "team_size", 9, kind="users", approximate=False)
    api.answer = lambda body: answer([team], no_prospect=settled(1, "we sell printers", "seller"))
    assert [span.type for span in bench.annotated(*WORDS).spans] == [SpanType.TEAM_SIZE]


@pytest.mark.parametrize(("due", "deadline"), [("2026-11-28", "2026-11-28"), ("2026-11-02", None), ("soon", None), (None, None)])
def test_a_day_that_words_mean_is_the_deadline_unless_it_is_over(
    bench: Bench, api: FakeOpenAI, due: str | None, deadline: str | None
):
    words = {"deadline": "when the season starts", "due": due, "conditional": False}
    api.answer = lambda body: answer(
        [fact(3, "I would rather try it alone first", "action", "try it", owner="user", kind="commitment", **words)]
    )
    (item,) = reports_of(bench.annotated(*WORDS), ITEMS)["action_items"]["items"]
    assert item["deadline"] == deadline  # pyright: ignore[reportArgumentType]


def test_the_request_says_day_weekday_and_zone_of_the_call_after_its_fixed_part(bench: Bench, api: FakeOpenAI):
    bench.engine().annotate([DatedTranscript(ITEMS, datetime(2026, 11, 20, 15, 4, tzinfo=UTC))])
    (body,) = api.asked
    said = body["input"][0]["content"]
    assert said.startswith("The call began on Friday 2026-11-20 at 15:04 UTC.")
    assert "this week ends on 2026-11-22, this month ends on 2026-11-30" in said
    assert "this quarter ends on 2026-12-31, next quarter ends on 2027-03-31" in said
    assert "2026" not in body["instructions"]


@pytest.mark.parametrize("moment", [None, datetime.max.replace(tzinfo=UTC)])
def test_a_call_of_an_unknown_or_impossible_day_says_so(moment: datetime | None):
    assert "not known" in time_of_call(moment)
