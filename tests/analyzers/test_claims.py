"""What is claimed to people is sure enough, says one thing a line, and is short."""

from __future__ import annotations

from typing import Any

import pytest

from analyzers.claims import EMBEDDED, Claims, ClaimsByEngine
from contract.reference import Reference
from tests.analyzers.sales_facts import strong_lead

CLAIMS = Claims(most=3, unmeasured=0.7, least={"team_size": 0.9, "objections": 0.6, "use_case": None})


def entry(said: str, confidence: float = 0.9, item: str = "item_1", clause: str | None = None, **more: Any) -> dict[str, Any]:
    quote = {"item_id": item, "start": 0, "end": len(said), "quote": said}
    return {"confidence": confidence, "evidence": [quote], "clause": clause or said, "label": said, **more}


def test_a_fact_below_the_threshold_of_its_kind_is_null() -> None:
    report = {"team_size": {"value": 5, "confidence": 0.89}, "monthly_volume": {"value": 80, "confidence": 0.7}}
    claimed = CLAIMS.sales(report)
    assert claimed["team_size"] is None
    assert claimed["monthly_volume"] == {"value": 80, "confidence": 0.7}


def test_a_kind_that_is_never_sure_enough_is_left_out_whatever_its_confidence() -> None:
    claimed = CLAIMS.sales({"use_cases": {"primary": {"value": "contracts", "confidence": 1.0}, "secondary": []}})
    assert claimed["use_cases"]["primary"] is None


def test_what_only_the_live_agent_noted_is_passed_on() -> None:
    noted = {"value": 5, "confidence": 0.4, "source": "discovered_signals"}
    assert CLAIMS.sales({"team_size": noted})["team_size"] == noted


def test_one_clause_has_one_meaning_the_surest() -> None:
    line = "that is expensive, send me the contract"
    claimed = CLAIMS.sales({"objections": [entry(line, 0.8)], "buying_signals": [entry(line, 0.9)]})
    assert (claimed["objections"], len(claimed["buying_signals"])) == ([], 1)


def test_two_clauses_of_a_line_may_say_two_things() -> None:
    objection, signal = entry("that is expensive", 0.8), entry("send me the contract", 0.9)
    claimed = CLAIMS.sales({"objections": [objection], "buying_signals": [signal]})
    assert (claimed["objections"], claimed["buying_signals"]) == ([objection], [signal])


def test_the_same_words_in_two_lines_are_two_claims() -> None:
    claimed = CLAIMS.sales({"objections": [entry("hm", 0.8)], "pain_points": [entry("hm", 0.9, "item_2")]})
    assert (len(claimed["objections"]), len(claimed["pain_points"])) == (1, 1)


def test_of_a_kind_the_surest_are_shown_first_each_label_once_and_no_more_than_the_most() -> None:
    said = [entry(f"pain {n}", confidence, f"item_{n}") for n, confidence in enumerate((0.7, 0.95, 0.8, 0.9))]
    again = entry("pain 1", 0.99, "item_9")
    claimed = CLAIMS.sales({"pain_points": [*said, again]})
    assert [one["confidence"] for one in claimed["pain_points"]] == [0.99, 0.9, 0.8]


def test_the_objection_report_has_the_objections_that_are_claimed() -> None:
    sure, unsure = entry("too dear", 0.9, category="pricing", topic="a"), entry("not now", 0.5, category="timing", topic="b")
    sales = CLAIMS.sales({"objections": [sure, unsure]})
    report = CLAIMS.objections({"objections": [unsure, sure], "switching_barriers": []}, sales)
    assert report["objections"] == [sure]


def test_wishes_not_to_be_contacted_bind_whatever_their_confidence() -> None:
    wish = entry("stop calling", 0.1, channel="any")
    assert CLAIMS.sales({"contact_wishes": [wish]})["contact_wishes"] == [wish]


def test_a_model_stays_a_model() -> None:
    claimed = CLAIMS.sales_model(strong_lead())
    assert claimed.team_size == strong_lead().team_size
    assert claimed.use_cases.primary is None


@pytest.mark.parametrize("kind", Reference().table(ClaimsByEngine).of(EMBEDDED).least)
def test_the_thresholds_of_the_product_are_confidences(kind: str) -> None:
    least = Reference().table(ClaimsByEngine).of(EMBEDDED).least[kind]
    assert least is None or 0.5 <= least <= 1


def test_each_engine_has_thresholds_of_its_own_and_an_unknown_one_those_of_the_rules() -> None:
    table = Reference().table(ClaimsByEngine)
    stated = {"decision_timeline": {"value": "this_week", "confidence": 0.7}}
    assert table.of(EMBEDDED).sales(stated)["decision_timeline"] == stated["decision_timeline"]
    assert table.of("openai").sales(stated)["decision_timeline"] is None
    assert table.of(None) == table.of("of another release") == table.of(EMBEDDED)
