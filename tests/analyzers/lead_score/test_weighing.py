"""The total says what the whole call says, and the factors still add up to it.

Of the golden calls every ``VOICE_EVERY``-th is looked at: all of them by ``make chaos``, a quarter by the ordinary suite.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from analyzers.call import AnnotatedCall
from analyzers.language.annotations import CallJudgement, Readiness
from analyzers.language.embedded import EmbeddedEngine
from analyzers.lead_score.models import KeyFactor, LeadScore, Temperature
from analyzers.lead_score.report import factors_of, lead_score
from analyzers.lead_score.scoring import Scoring
from analyzers.lead_score.weighing import WEIGHTED, carried, likeliest, weighted
from analyzers.reports import analyze
from analyzers.sales_intelligence.models import SalesIntelligence
from contract.document.session import SessionDocument
from evaluation.calls import calls_in
from tests.analyzers.conversation_quality.reports import quality_of_call
from tests.analyzers.recorded_calls import REFERENCE
from tests.analyzers.sales_facts import engaged_call, facts, interested_lead, strong_lead

SCORING = REFERENCE.table(Scoring)
EVERY = int(os.environ.get("VOICE_EVERY", "4"))
GOLDEN = Path(__file__).resolve().parents[3] / "data" / "golden"
FOUND = (facts(need=False), facts(), interested_lead(), strong_lead())


def raw(found: SalesIntelligence) -> list[KeyFactor]:
    call = engaged_call()
    return factors_of(call, found, quality_of_call(call), REFERENCE)


def adds_up(factors: Sequence[KeyFactor], given: dict[str, int]) -> bool:
    return all(abs(sum(f.points for f in factors if f.component == name) - points) <= 0.51 for name, points in given.items())


@pytest.mark.parametrize("found", FOUND)
@pytest.mark.parametrize("chances", [
    {"hot": 0.1, "warm": 0.2, "nurture": 0.7}, {"hot": 0.2, "warm": 0.5, "nurture": 0.3}, {"hot": 0.0, "warm": 0.0, "nurture": 1.0},
])  # fmt: skip
def test_the_total_lies_in_the_band_of_the_likeliest_temperature(found: SalesIntelligence, chances: dict[str, float]) -> None:
    factors, given = weighted(carried(raw(found)), chances, SCORING)
    known = {f.component for f in factors if f.basis != "not_said"}
    if known >= {"behavioral", "intent", "fit", "firmographic", "demographic"} or likeliest(chances) == "nurture":
        assert SCORING.thresholds.temperature(sum(given.values())) == likeliest(chances)
    assert adds_up(factors, dict(given.items()))
    assert all(0 <= f.points <= f.of for f in factors)


def test_a_caller_about_to_buy_is_hot_though_alone_and_of_few_words() -> None:
    factors, given = weighted(carried(raw(interested_lead())), {"hot": 0.8, "warm": 0.1, "nurture": 0.1}, SCORING)
    assert sum(given.values()) > SCORING.thresholds.hot_above
    assert any("counts more" in f.why for f in factors)


def test_only_behaviour_intent_and_fit_are_weighed_and_unsaid_factors_get_nothing() -> None:
    before = carried(raw(interested_lead()))
    after, _ = weighted(before, {"hot": 1.0}, SCORING)
    moved = {f.component for one, f in zip(before, after, strict=True) if one.points != f.points}
    assert moved == set(WEIGHTED)
    assert all(f.points == 0 for f in after if f.basis == "not_said")


@pytest.mark.parametrize(("readiness", "temperature"), [("committed", "hot"), ("open", "warm"), ("none", "nurture")])
def test_an_engine_that_judges_the_call_decides(readiness: Readiness, temperature: Temperature) -> None:
    plain = engaged_call()
    judgement = CallJudgement(readiness=readiness)
    call = AnnotatedCall(plain.document, plain.annotations.model_copy(update={"judgement": judgement}))
    assert lead_score(call, REFERENCE, strong_lead(), quality_of_call(call)).temperature == temperature


def test_over_golden_calls_the_temperature_is_what_the_thresholds_say_of_the_total() -> None:
    engine = EmbeddedEngine(REFERENCE)
    for labelled in calls_in(GOLDEN)[::EVERY]:
        document = SessionDocument.model_validate(labelled.document)
        call = AnnotatedCall(document, engine.annotate([document.transcript])[0])
        report = analyze(call, REFERENCE)["lead_score"]
        assert isinstance(report, LeadScore)
        if report.total is not None and report.components is not None:
            assert report.temperature == SCORING.thresholds.temperature(report.total)
            assert sum(report.components.model_dump().values()) == report.total
            assert adds_up(report.key_factors, report.components.model_dump())
