"""The executive summary of hand-made calls (spec 3.9)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analyzers.action_items import action_items
from analyzers.call import AnnotatedCall
from analyzers.executive_summary import ExecutiveSummary, executive_summary
from analyzers.language.annotations import Impression, LinePlace
from analyzers.lead_score.report import lead_score
from analyzers.objections_competitors import objections_competitors
from analyzers.sales_intelligence.models import CompetitorMention, SalesIntelligence
from tests.analyzers.conversation_quality.reports import quality_of_call
from tests.analyzers.recorded_calls import REFERENCE, recorded_call
from tests.analyzers.sales_facts import (
    BOOKED,
    conversation,
    engaged_call,
    fact,
    facts,
    interested_lead,
    objection,
    pain,
    quote,
    strong_lead,
)


def summarised(found: SalesIntelligence, call: AnnotatedCall | None = None) -> ExecutiveSummary:
    call = call or engaged_call()
    quality = quality_of_call(call)
    score = lead_score(call, REFERENCE, found, quality)
    return executive_summary(
        call, REFERENCE, found, score, quality, objections_competitors(call, REFERENCE, found), action_items(call, REFERENCE)
    )


def prose(report: ExecutiveSummary) -> str:
    assert report.summary is not None
    return report.summary


def next_action(found: SalesIntelligence, call: AnnotatedCall | None = None) -> str:
    outcome = summarised(found, call).outcome
    assert outcome is not None
    return outcome.next_action


def competitor(name: str, context: str, sentiment: str = "neutral") -> CompetitorMention:
    fields: dict[str, Any] = {"name": name, "context": context, "sentiment": sentiment, "confidence": 0.9}
    return CompetitorMention.model_validate(fields | {"evidence": quote(name)})


def test_a_qualified_lead_gets_a_sales_call_and_a_small_one_serves_itself() -> None:
    assert next_action(strong_lead()) == "sales_call"
    assert next_action(interested_lead()) == "self_serve"


def test_who_puts_it_off_hardly_speaks_or_leaves_in_a_bad_mood_is_nurtured() -> None:
    assert next_action(strong_lead(objections=(objection("timing", "blocker"),))) == "nurture"
    assert next_action(strong_lead(), recorded_call(conversation(pairs=1))) == "nurture"
    assert next_action(strong_lead(), recorded_call(conversation(score=-0.9))) == "nurture"
    assert next_action(facts(need=False)) == "nurture"


def test_a_booked_meeting_is_kept_whatever_else_was_said() -> None:
    deferred = strong_lead(objections=(objection("timing", "blocker"),))
    report = summarised(deferred, engaged_call(tool_calls=[BOOKED]))
    assert report.outcome is not None
    assert report.recommended_action is not None
    assert report.outcome.next_action == "sales_call"
    assert report.recommended_action.timing == "on Tue 24 Nov, 14:00 (UTC-8)"


def test_qualified_is_tier_1_and_not_the_temperature() -> None:
    report = summarised(facts(need=False, team_size=fact(8)))
    assert report.outcome is not None
    assert (report.outcome.qualified, report.outcome.tier, report.outcome.next_action) == (True, "Tier 1", "nurture")


@pytest.mark.parametrize("found", [strong_lead(), interested_lead(), facts(), facts(need=False)])
def test_the_summary_is_two_or_three_paragraphs_and_the_takeaways_five_at_most(found: SalesIntelligence) -> None:
    report = summarised(found)
    paragraphs = prose(report).split("\n\n")
    assert 2 <= len(paragraphs) <= 3
    assert all(p and "\n" not in p and "None" not in p for p in paragraphs)
    assert 1 <= len(report.key_takeaways) <= 5


def test_the_prose_tells_who_what_for_and_what_stands_in_the_way() -> None:
    found = strong_lead(
        caller_role=fact("VP of Sales"),
        industry=fact("construction"),
        pain_points=(pain("slow turnaround", said="It takes us a week."),),
        objections=(objection("trust", said="Is it secure?"),),
    )
    text = prose(summarised(found))
    for words in (
        "VP of Sales",
        "Construction",
        "team of 10",
        "80 documents a month",
        "Salesforce",
        "“It takes us a week.”",
        "“Is it secure?”",
    ):
        assert words in text
    assert len(summarised(found).key_takeaways) >= 3


def test_nothing_is_said_of_what_the_call_does_not_say() -> None:
    report = summarised(facts(need=False))
    assert prose(report).startswith("Nothing of what the caller needs is certain enough")
    assert report.opportunity is not None
    assert set(report.opportunity.model_dump(exclude={"status", "reason"}).values()) == {None}
    assert report.risks == ()


def test_risks_name_open_objections_competitors_budget_and_timeline_but_not_settled_ones() -> None:
    found = interested_lead(
        objections=(objection("trust"), objection("features", "blocker"), objection("pricing", resolved=True)),
        competitors=(competitor("DocuSign", "considering"), competitor("HelloSign", "past")),
        budget_authority=fact("needs_approval"),
        decision_timeline=fact("next_quarter"),
        urgency=fact("high"),
    )
    report = summarised(found)
    assert [risk.kind for risk in report.risks] == ["objection", "objection", "competitor", "budget", "timeline"]
    assert report.risks[0].text.startswith("Open blocker on features")
    assert all(risk.evidence for risk in report.risks)
    assert "HelloSign" not in " ".join(risk.text for risk in report.risks)


def test_the_tool_of_today_is_told_once() -> None:
    report = summarised(strong_lead(current_tool=fact("DocuSign"), competitors=(competitor("DocuSign", "current"),)))
    assert [risk.text for risk in report.risks] == ["DocuSign is in use today."]
    assert prose(report).count("DocuSign") == 1


def test_the_deal_size_is_the_team_at_list_price_and_says_so() -> None:
    report = summarised(strong_lead())
    assert report.opportunity is not None
    assert (
        report.opportunity.deal_size == "About $5,880 a year (10 seats x $49 a month on Business x 12, list price of 1 Nov 2026)."
    )


def test_growth_is_seen_where_the_company_is_larger_than_the_team() -> None:
    report = summarised(strong_lead(headcount=fact(200)))
    assert report.opportunity is not None
    assert report.opportunity.expansion == "200 employees against a first team of 10."


def test_what_a_caller_says_never_becomes_formatting_or_a_new_paragraph() -> None:
    hostile = "x\n\n# Ignore this <!channel> [click](http://evil.example) `rm` *bold* {{secret}}"
    report = summarised(
        strong_lead(current_tool=fact(hostile), caller_role=fact(hostile), pain_points=(pain(hostile, said=hostile),))
    )
    assert len(prose(report).split("\n\n")) == 3
    assert report.recommended_action is not None
    written = prose(report) + " ".join(
        (*report.key_takeaways, *report.recommended_action.talking_points, report.recommended_action.action)
    )
    assert not set("<>[]{}`*#!") & set(written)


def test_the_hot_ones_are_called_first() -> None:
    known: dict[str, Any] = {
        "budget": fact(9000.0),
        "headcount": fact(200),
        "industry": fact("legal"),
        "market_presence": fact("12 offices"),
    }
    hot, warm = summarised(strong_lead(**known)), summarised(interested_lead())
    assert hot.recommended_action is not None
    assert warm.recommended_action is not None
    assert (hot.recommended_action.timing, hot.recommended_action.owner) == ("within 2 hours", "account_executive")
    assert warm.recommended_action.timing == "within one business day"


@pytest.mark.parametrize("reason", ["no_transcript", "language:es"])
def test_a_call_without_words_has_no_summary(reason: str) -> None:
    report = summarised(strong_lead(), recorded_call(unavailable=reason))
    assert (report.status, report.reason) == ("unavailable", reason)
    assert (report.summary, report.outcome, report.recommended_action, report.key_takeaways) == (None, None, None, ())


def heard(head: str, probability: float, turn: int, **fields: Any) -> AnnotatedCall:
    """An engaged call in which the reader finds a turn of the caller likeliest for a question."""
    call = engaged_call(**fields)
    item = call.document.turns("user")[turn]
    place, unlikely = LinePlace(item_id=item.id, start=0, end=len(item.text)), 1 - probability
    numbers = (unlikely, probability)
    impression = Impression(
        classes=("no", "yes"), mean=numbers, highest=numbers, first=numbers, last=numbers, places=(place, place)
    )
    return replace(call, annotations=call.annotations.model_copy(update={"impressions": {head: impression}}))


NOT_NOW = facts(need=False)


def test_who_turned_down_the_next_step_is_left_alone_and_their_words_are_told() -> None:
    call = heard("declines", 0.9, turn=-1)
    report = summarised(NOT_NOW, call)
    assert report.recommended_action is None
    (risk,) = [risk for risk in report.risks if risk.text.startswith("Turned down what was offered: “word”")]
    assert call.items[risk.evidence[0].item_id].text.startswith(risk.evidence[0].quote)


@pytest.mark.parametrize(("probability", "turn"), [(0.7, -1), (0.9, 0)], ids=["unsure", "early"])
def test_a_refusal_that_is_unsure_or_of_something_early_changes_nothing(probability: float, turn: int) -> None:
    report = summarised(NOT_NOW, heard("declines", probability, turn))
    assert report.recommended_action is not None
    assert not [risk for risk in report.risks if risk.text.startswith("Turned down")]


def test_a_booked_meeting_is_held_whatever_else_was_turned_down() -> None:
    report = summarised(strong_lead(), heard("declines", 0.9, turn=-1, tool_calls=[BOOKED]))
    assert report.recommended_action is not None
    assert report.recommended_action.action == "Hold the booked meeting"


def test_a_complaint_of_us_is_put_right_by_support() -> None:
    action = summarised(NOT_NOW, heard("complaint", 0.9, turn=3)).recommended_action
    assert action is not None
    assert (action.owner, action.action) == ("support", "Call back without selling to put right what went wrong")
    other = summarised(NOT_NOW, heard("complaint", 0.5, turn=3)).recommended_action
    assert other is not None
    assert other.owner == "marketing"
