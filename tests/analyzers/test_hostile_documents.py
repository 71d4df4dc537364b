"""No document that passes the contract makes an analyzer fail or report something that cannot be (spec 3.3-3.7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzers.call import AnnotatedCall
from analyzers.content_gaps.report import content_gaps
from analyzers.evidence import ReportModel
from analyzers.language.annotations import Act, ActKind
from analyzers.performance import performance
from analyzers.sales_intelligence import sales_intelligence
from analyzers.sentiment import sentiment
from tests.analyzers.conversation_quality.reports import quality_of_call
from tests.analyzers.recorded_calls import REFERENCE, START, Turn, at, question, recorded_call

moments = st.none() | st.integers(min_value=-(10**9), max_value=10**9).map(at)
offsets = st.none() | st.floats(min_value=-1e6, max_value=1e6)
figures = st.none() | st.integers(min_value=0, max_value=2**31 - 1)
names = st.none() | st.sampled_from(["", "gpt-4.1-mini", "deepgram/nova-3", "nobody/knows", "GPT-4o:x", "---"])
words = st.text(max_size=30)
acts = st.lists(st.sampled_from(ActKind), max_size=3).map(tuple)

turns = st.lists(
    st.builds(Turn, st.sampled_from(["agent", "user"]), words, offsets, offsets, st.floats(min_value=-1, max_value=1), acts),
    max_size=12,
)
metrics = st.fixed_dictionaries(
    dict.fromkeys(
        ("eou_delay", "llm_ttft", "tts_ttfb", "total_latency", "e2e_latency", "prompt_tokens", "completion_tokens", "total_tokens"),
        figures,
    )
    | {"timestamp": moments, "item_id": st.none() | words, "tts_characters_count": figures, "stt_audio_duration": figures}
)
errors = st.fixed_dictionaries({"timestamp": moments, "component": st.none() | words, "type": st.none() | words})
searches = st.fixed_dictionaries(
    {
        "tool": st.sampled_from(["unleash_search_knowledge", "book_sales_meeting", "other_tool"]),
        "timestamp": moments,
        "query": st.none() | words,
        "category": st.none() | words,
        "results_found": st.none() | st.booleans(),
        "total_results": st.none() | st.integers(min_value=0, max_value=9),
        "success": st.none() | st.booleans(),
        "error": st.none() | words,
    }
)
documents = st.fixed_dictionaries(
    {
        "end_time": moments,
        "duration_seconds": st.none() | st.integers(min_value=0, max_value=2**31 - 1),
        "metrics": st.lists(metrics, max_size=5),
        "errors": st.lists(errors, max_size=5),
        "tool_calls": st.lists(searches, max_size=4),
        "interruptions": st.lists(
            st.fixed_dictionaries({"timestamp": moments, "item_id": st.sampled_from([None, "item_001", "gone"])}), max_size=3
        ),
        "models": st.fixed_dictionaries({"llm": names, "stt": names, "tts": names}),
        "cost_summary": st.none()
        | st.dictionaries(st.sampled_from(["openai_cost", "openai_tokens", "deepgram_minutes"]), st.floats() | words),
    }
)


def all_four(call: AnnotatedCall) -> list[ReportModel]:
    return [
        performance(call, REFERENCE),
        sentiment(call, REFERENCE, sales_intelligence(call, REFERENCE)),
        content_gaps(call, REFERENCE),
        quality_of_call(call),
    ]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)
@given(turns, documents, st.sampled_from([None, "no_transcript", "language:xx"]))
def test_hostile_documents_give_four_valid_reports_with_quotes_from_the_transcript(
    said: list[Turn], fields: dict[str, Any], unavailable: str | None
) -> None:
    call = recorded_call(said, unavailable=unavailable, **{name: value for name, value in fields.items() if value is not None})
    for report in all_four(call):
        again = type(report).model_validate_json(report.model_dump_json())
        assert again == report
        for evidence in _evidence(report.model_dump()):
            assert call.items[evidence["item_id"]].text[evidence["start"] : evidence["end"]] == evidence["quote"]


def _evidence(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        if value.keys() == {"item_id", "start", "end", "quote"}:
            return [value]
        return [found for part in value.values() for found in _evidence(part)]
    return [found for part in value for found in _evidence(part)] if isinstance(value, list | tuple) else []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"duration_seconds": 0},
        {"duration_seconds": 0, "end_time": START},
        {"end_time": START - timedelta(hours=1)},
        {"metrics": [{}], "errors": [{}], "interruptions": [{}], "tool_calls": [{"tool": "unleash_search_knowledge"}]},
    ],
)
def test_a_document_of_nulls_reports_nothing_measured_and_no_zeros(fields: dict[str, Any]) -> None:
    report = performance(recorded_call(**fields), REFERENCE)
    assert (report.status, report.latency.average, report.tokens.total) == ("unavailable", None, None)
    assert (report.cost.total, report.cost.known_total, report.score) == (None, None, None)


def test_a_call_of_two_thousand_turns_is_analysed_whole() -> None:
    said: list[Turn] = []
    for position in range(1000):
        text = f"Can it do thing number {position} for team {position * 7919 % 997}?"
        asked: tuple[Act, ...] = (question(text, position % 2 == 0),)
        said += [
            Turn("user", text, 10.0 * position, 10.0 * position + 4, 0.1, asked),
            Turn("agent", "Yes.", 10.0 * position + 8.5, 10.0 * position + 9),
        ]
    replies = [{"total_latency": 500 + n, "item_id": f"item_{n:03}"} for n in range(1000)]
    performed, felt, gaps, quality = all_four(recorded_call(said, duration_seconds=10_000, metrics=replies))
    assert performed.model_dump()["latency"]["p50"] == 999.5
    assert felt.model_dump()["overall"]["utterances"] == 1000
    assert sum(entry["frequency"] for entry in gaps.model_dump()["unanswered_questions"]) >= 1
    assert quality.model_dump()["metrics"]["dead_air_percentage"]["value"] == 45.0
