"""Servers that have only Chat Completions: the same request in their form, and whatever they answer is checked the same."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from analyzers.language.annotations import SpanType
from contract.platform.failures import ConfigurationFailure
from contract.platform.store import Store
from orchestration.annotation.batches import batch_job
from tests.analyzers.language.openai_engine.engines import TEAM, Bench
from tests.analyzers.language.openai_engine.model import answer, attentive, fact
from tests.fakes.openai_api import FakeOpenAI, Fault

LOCAL = {"openai_dialect": "chat", "openai_model": "qwen3-32b"}


def finds_fifteen(body: dict[str, Any]) -> dict[str, Any]:
    lines = [json.loads(line) for line in re.findall(r"^\{.*\}$", body["messages"][1]["content"], re.MULTILINE)]
    said = [line["n"] for line in lines if "fifteen of us" in line["text"]]
    return answer([fact(n, "fifteen of us", "team_size", 15, kind="users", approximate=False) for n in said])


@pytest.fixture
def local(api: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> FakeOpenAI:
    """A server of one's own: no key, no Responses API."""
    api.asks_for_a_key, api.only_chat, api.answer = False, True, finds_fifteen
    monkeypatch.delenv("OPENAI_API_KEY")
    return api


def test_a_server_without_key_price_and_responses_annotates(bench: Bench, local: FakeOpenAI):
    made = bench.annotated(**LOCAL)
    assert [span.value for span in made.of_type(SpanType.TEAM_SIZE)] == [15]
    assert made.usage is not None
    assert (made.fallback_reason, made.usage.cost_usd, made.usage.output_tokens) == (None, None, 500)


def test_the_request_has_system_and_user_alone_and_shows_the_schema(bench: Bench, local: FakeOpenAI):
    bench.annotated(**LOCAL)
    (body,) = local.asked
    system, user = body["messages"]
    assert (system["role"], user["role"], body["temperature"]) == ("system", "user", 0)
    assert json.loads(system["content"].splitlines()[-1]) == body["response_format"]["json_schema"]["schema"]
    rule, mark, *_, closing = user["content"].split("\n")
    assert mark == closing
    assert mark in rule
    assert "max_completion_tokens" not in body


@pytest.mark.parametrize("around", ["```json\n{}\n```", "<think>a {{ brace }}</think>\n{}", "Here you are:\n{}"])
def test_a_server_that_ignores_the_schema_is_read_inside_fences_and_after_thoughts(bench: Bench, local: FakeOpenAI, around: str):
    local.ignores_schema = True
    local.answer = lambda body: around.replace("{}", json.dumps(finds_fifteen(body)), 1).replace("{{", "{").replace("}}", "}")
    made = bench.annotated(**LOCAL)
    assert [span.value for span in made.of_type(SpanType.TEAM_SIZE)] == [15]


def test_an_answer_of_another_shape_is_asked_for_once_more_and_then_the_fallback_says_why(bench: Bench, local: FakeOpenAI):
    local.answer = lambda body: {"summary": "They are fifteen."}
    made = bench.annotated(**LOCAL)
    assert (made.engine, made.fallback_reason) == ("embedded", "openai:malformed")
    repair = local.asked[1]["messages"][2:]
    assert [turn["role"] for turn in repair] == ["assistant", "user"]
    assert "language: missing" in repair[1]["content"]


@pytest.mark.parametrize(("fault", "reason"), [("refusal", "refusal"), ("incomplete", "incomplete:max_output_tokens")])
def test_refused_and_cut_off_answers_are_told_apart(bench: Bench, local: FakeOpenAI, fault: str, reason: str):
    local.faults = [fault]
    assert bench.annotated(**LOCAL).fallback_reason == f"openai:{reason}"


@pytest.mark.parametrize("dialect", ["chat", "responses"])
def test_json_that_is_no_reply_is_tried_again(bench: Bench, api: FakeOpenAI, dialect: str):
    api.faults = ["shapeless"]
    api.answer = finds_fifteen if dialect == "chat" else attentive
    made = bench.annotated(openai_dialect=dialect)
    assert (made.fallback_reason, len(api.asked)) == (None, 2)


def test_a_transcript_too_long_for_a_server_without_codes_stops_no_other(bench: Bench, local: FakeOpenAI):
    said = "This model's maximum context length is 32768 tokens. However, you requested 51000 tokens."
    local.faults = [Fault(400, None, message=said)]
    made = bench.engine(**LOCAL, openai_concurrency=1).annotate([TEAM, TEAM])
    assert [m.fallback_reason for m in made] == ["openai:request_refused:context_length_exceeded", None]


def test_a_reasoning_model_gets_an_effort_and_no_temperature_in_either_dialect(bench: Bench, api: FakeOpenAI):
    bench.annotated(openai_model="gpt-6.2-sol", openai_reasoning_effort="medium")
    api.answer = finds_fifteen
    bench.annotated(openai_model="gpt-6.2-sol", openai_dialect="chat")
    bench.annotated(openai_model="gpt-6-luna", openai_dialect="chat", openai_reasoning_effort="none")
    responses, chat, plain = api.asked
    assert (responses["reasoning"], "temperature" in responses) == ({"effort": "medium"}, False)
    assert (chat["reasoning_effort"], "temperature" in chat, "max_tokens" in chat) == ("low", False, False)
    assert (plain["reasoning_effort"], plain["temperature"]) == ("none", 0)


def test_the_version_tells_the_dialects_apart(bench: Bench):
    versions = {bench.engine(openai_dialect=dialect).version for dialect in ("responses", "chat")}
    efforts = {bench.engine(openai_reasoning_effort=effort).version for effort in ("low", "high")}
    assert (len(versions), len(efforts)) == (2, 2)


def test_a_server_without_the_responses_api_says_what_to_set(bench: Bench, api: FakeOpenAI):
    api.only_chat = True
    with pytest.raises(ConfigurationFailure, match="VOICE_OPENAI_DIALECT=chat"):
        bench.engine().annotate([TEAM])


def test_backfills_by_batch_need_the_responses_api(bench: Bench, tmp_path: Any):
    with pytest.raises(ConfigurationFailure, match="VOICE_OPENAI_DIALECT=responses"):
        batch_job(bench.engine(**LOCAL), Store(tmp_path.as_uri()), bench.state)
