"""The analyzers find in each kind of text what it is about, and nothing else that would raise an alert."""

from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from analyzers.command import analyze_batch
from analyzers.language.engines import engine_named
from contract.reference import Reference
from orchestration.sample_history.documents import document_of
from orchestration.sample_history.history import history_days
from tests.support.sample_histories import NOW, incident, plan_of

PLAN = plan_of(
    incident("hot_lead", "08:00", "18:00", count=3),
    incident("competitor", "08:00", "18:00", count=3, competitor="Adobe Sign"),
    incident("low_engagement", "08:00", "18:00", count=4),
    incident("feature_wave", "08:00", "18:00", count=3, feature="bulk send"),
    incident("booking", "08:00", "18:00", count=3),
)


@pytest.fixture(scope="module")
def reports() -> list[tuple[str, dict[str, Any]]]:
    (day,) = history_days(PLAN)
    firsts = {call.text: call for call in day.calls}
    bodies = [(call.session_id, orjson.dumps(document_of(call, PLAN.seed))) for call in firsts.values()]
    reference = Reference()
    analysed = analyze_batch(bodies, engine_named("embedded", reference), reference, NOW, ZoneInfo("America/New_York"))
    return [(text.kind, found["reports"]) for text, found in zip(firsts, analysed, strict=True)]


def test_each_text_is_about_its_kind_alone(reports: list[tuple[str, dict[str, Any]]]):
    assert {kind for kind, _ in reports} == {"ordinary", "hot_lead", "competitor", "low_engagement", "feature", "booking"}
    for kind, found in reports:
        sales = found["sales_intelligence"]
        assert (found["lead_score"]["temperature"] == "hot") is (kind == "hot_lead")
        assert [c["name"] for c in sales["competitors"]] == (["Adobe Sign"] if kind == "competitor" else [])
        assert [f["feature"] for f in sales["feature_requests"]] == (["bulk send"] if kind == "feature" else [])
        assert (found["conversation_quality"]["overall"] < 5) is (kind == "low_engagement")
        assert found["content_gaps"]["failed_searches"] == []
