"""The call as a whole says who decides, when, how pressing it is, and whether there is money and a need."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from analyzers.call import AnnotatedCall
from analyzers.language.annotations import CallJudgement, Readiness, SpanType
from analyzers.language.embedded import EmbeddedEngine
from analyzers.no_prospect import gated
from analyzers.sales_intelligence import SalesIntelligence, facts_of_lines, sales_intelligence
from contract.document.session import SessionDocument
from tests.analyzers.recorded_calls import REFERENCE
from tests.support.documents import session

ENGINE = EmbeddedEngine(REFERENCE)
ROLES = {"A": "agent", "U": "user"}
START = datetime(2026, 10, 6, 15, tzinfo=UTC)
CALL = (
    "A: Hi, this is the PandaDoc trial specialist. The call is transcribed for quality, is that all right with you?",
    "U: Sure.",
    "A: What made you start the trial, and what kind of documents do you send out?",
    "U: Rental agreements. They come back half signed and I chase people for days.",
    "A: How many people would be sending them, and how many go out in a month?",
    "U: Six of us at the counter, call it a hundred and fifty a month in the season.",
    "A: And what do you use for it today?",
    "U: Word, and then I mail them one by one.",
)
END = ("A: I'll send you the details by e-mail today. Thank you for your time and have a good day.", "U: Ta, bye.")


def call(*turns: str) -> AnnotatedCall:
    items = [{"id": f"item_{at:03d}", "role": ROLES[t[0]], "text": t[3:]} for at, t in enumerate((*CALL, *turns, *END))]
    document = SessionDocument.model_validate(session("judged", START, transcript=items))
    return gated(AnnotatedCall(document, ENGINE.annotate([document.transcript])[0]), REFERENCE)


def of(*turns: str) -> SalesIntelligence:
    return sales_intelligence(call(*turns), REFERENCE)


def test_a_price_taken_in_words_that_no_rule_knows_is_money() -> None:
    price = ("A: For six people that comes to two hundred and ninety-four dollars a month.", "U: That's about where I had it.")
    paid = ("A: By card or by invoice?", "U: Send the bill to the office, same as the rest.")
    bant = of(*price, "A: Shall I set it up?", "U: Go on then, put us down for six.", *paid).bant
    assert bant is not None
    assert bant.budget


def test_a_refused_price_is_none() -> None:
    bant = of("A: For six people that comes to two hundred and ninety-four dollars a month.", "U: Not a chance, no.").bant
    assert bant is not None
    assert not bant.budget


def test_a_fact_of_the_whole_call_rests_on_words_of_the_caller() -> None:
    turns = ("A: Who signs off on this?", "U: I don't gotta ask nobody, it's my name over the door.")
    authority = of(*turns).budget_authority
    assert authority is not None
    assert authority.value == "decision_maker"
    assert authority.evidence
    assert all(e.quote in " ".join((*CALL, *turns)) for e in authority.evidence)


def test_what_is_no_sale_has_no_need(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = call("A: Anything else?", "U: No.")
    needs = {"need": {"yes": 0.2, "no": 0.8}}
    unsaid = {name: {"unsaid": 1.0} for name in ("authority", "timeline", "urgency")}
    others = {"money": {"yes": 0.9, "no": 0.1}, **unsaid}
    monkeypatch.setattr("analyzers.sales_intelligence.judged.verdicts", lambda *_: needs | others)
    found = sales_intelligence(asked, REFERENCE)
    assert found.bant is not None
    assert (found.bant.budget, found.bant.need, found.bant.qualified) == (True, False, False)
    assert (found.budget_authority, found.decision_timeline, found.urgency) == (None, None, None)


def test_where_nothing_is_likely_the_lines_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = call("A: Who decides?", "U: I decide on my own.")
    torn = {"decision_maker": 0.26, "influencer": 0.3, "needs_approval": 0.2, "unsaid": 0.24}
    unsaid = {"unsaid": 1.0}
    chances = {"need": {"yes": 0.9, "no": 0.1}, "money": {"yes": 0.2, "no": 0.8}, "timeline": unsaid, "urgency": unsaid}
    monkeypatch.setattr("analyzers.sales_intelligence.judged.verdicts", lambda *_: {"authority": torn, **chances})
    lines = facts_of_lines(asked, REFERENCE).budget_authority
    assert lines is not None
    assert sales_intelligence(asked, REFERENCE).budget_authority == lines


def test_an_engine_that_judges_calls_is_not_overruled() -> None:
    asked = call("A: Who decides?", "U: I decide on my own.")
    judged = AnnotatedCall(asked.document, asked.annotations.model_copy(update={"judgement": CallJudgement()}))
    found = sales_intelligence(judged, REFERENCE)
    assert found.budget_authority == facts_of_lines(judged, REFERENCE).budget_authority


def test_a_call_that_an_engine_judges_to_be_for_support_has_no_need() -> None:
    asked = call("A: Anything else?", "U: No.")
    pains = tuple(span for span in asked.annotations.spans if span.type == SpanType.PAIN_POINT)
    assert pains

    def need(readiness: Readiness) -> bool:
        changed = {"judgement": CallJudgement(readiness=readiness), "spans": pains}
        bant = sales_intelligence(AnnotatedCall(asked.document, asked.annotations.model_copy(update=changed)), REFERENCE).bant
        assert bant is not None
        return bant.need

    assert (need("none"), need("open")) == (False, True)
