"""A caller who goes is said to go, first and in the caller's words."""

from __future__ import annotations

import pytest

from analyzers.claims import ClaimsByEngine
from analyzers.executive_summary.guide import SummaryGuide
from analyzers.executive_summary.leaving import Leaving, leaving
from analyzers.language.annotations import Span, SpanType
from tests.analyzers.executive_summary.test_executive_summary import prose, summarised
from tests.analyzers.recorded_calls import ENGINE, REFERENCE, agent, recorded_call, user
from tests.analyzers.sales_facts import conversation, interested_lead, strong_lead

GUIDE = REFERENCE.table(SummaryGuide)


def gone(*lines: str) -> Leaving | None:
    return leaving(recorded_call([agent("How can I help?"), *map(user, lines)]), GUIDE)


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("I'm telling our CTO on Friday to go with the other one.", "rival"),
        ("Thanks, but we've decided to go with somebody else.", "rival"),
        ("I want to cancel my subscription today.", "cancels"),
        ("cancel the whole thing and don't let it renew", "cancels"),
    ],
)
def test_a_caller_who_goes_is_found_with_the_whole_clause(line: str, how: str) -> None:
    found = gone(line)
    assert found is not None
    assert found.how == how
    assert found.clause.quote in line


@pytest.mark.parametrize(
    "line",
    [
        "If we were to cancel our plan, what happens to the documents?",
        "Would you go with the other one?",
        "She goes with it, usually.",
        "I cancelled HoneyBook in spring.",
        "We don't want to cancel the trial.",
        "How do I cancel my trial?",
    ],
)
def test_what_is_supposed_asked_denied_or_past_is_not_leaving(line: str) -> None:
    assert gone(line) is None


def test_the_summary_and_the_takeaways_open_with_it_and_nothing_is_made_of_the_deal() -> None:
    call = recorded_call([*conversation(), user("I'm telling our CTO to go with the other one.")])
    report = summarised(strong_lead(), call)
    first = "The caller is leaving for another product: “I'm telling our CTO to go with the other one.”"
    assert prose(report).startswith(first)
    assert report.key_takeaways[0] == first
    assert "but is about to be lost" in prose(report)
    assert report.opportunity is not None
    assert report.opportunity.deal_size is None


def test_a_rival_that_is_named_is_named_and_another_name_is_none() -> None:
    line = "We're going with DocuSign in the end."
    start = line.index("DocuSign")
    fields = {"quote": "DocuSign", "value": "DocuSign", "confidence": 0.9, "attributes": {"context": "considering"}}
    rival = Span.model_validate(
        {"type": SpanType.COMPETITOR, "item_id": "item_001", "role": "user", "start": start, "end": start + 8, **fields}
    )
    turns = [agent("And now?"), user(line)]
    found = leaving(recorded_call(turns, spans=[rival]), GUIDE)
    assert found is not None
    assert (found.name, found.clause.quote) == ("DocuSign", line)
    assert leaving(recorded_call(turns), GUIDE) is None


def test_nothing_that_a_caller_says_who_goes_is_a_sign_of_buying() -> None:
    line = "I'm telling our CTO on Friday to go with the other one."
    call = recorded_call([agent("How can I help?"), user(line)])
    report = summarised(interested_lead(), call)
    assert report.leaving == "rival"
    claimed = REFERENCE.table(ClaimsByEngine).of(ENGINE)
    sales = interested_lead().model_dump(mode="json")
    assert claimed.sales(sales)["buying_signals"]
    assert not claimed.sales(sales, leaving=True)["buying_signals"]
