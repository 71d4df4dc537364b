"""What the model says is looked up in the transcript; what is not there is dropped, and what breaks is recorded."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from analyzers.language.annotations import ActKind, SpanType
from contract.platform.failures import ConfigurationFailure
from tests.analyzers.language.openai_engine.engines import EMBEDDED, PRICE, TEAM, Bench, call
from tests.analyzers.language.openai_engine.model import answer, fact
from tests.fakes.openai_api import FakeOpenAI, Fault


def test_a_fact_carries_the_place_of_its_quote_and_the_role_of_its_utterance(bench: Bench):
    made = bench.annotated()
    (span,) = made.spans
    assert (span.type, span.value, span.item_id, span.role) == (SpanType.TEAM_SIZE, 15, "item_001", "user")
    assert TEAM[1].text[span.start : span.end] == span.quote == "fifteen of us"
    assert (made.engine, made.fallback_reason, made.dropped) == ("openai", None, 0)


def test_every_utterance_is_there_and_the_unremarked_ones_are_neutral_statements(bench: Bench):
    made = bench.annotated()
    assert [u.item_id for u in made.utterances] == [item.id for item in TEAM]
    assert made.utterances[1].label == "neutral"
    assert [a.kind for a in made.utterances[1].acts] == [ActKind.STATEMENT]
    assert [a.answered for _, a in made.acts(ActKind.QUESTION)] == [None, True]


def test_tokens_and_cost_are_recorded_with_the_session(bench: Bench):
    usage = bench.annotated().usage
    assert usage is not None
    assert (usage.requests, usage.input_tokens, usage.cached_tokens, usage.output_tokens) == (1, 1000, 200, 500)
    assert PRICE.cached_input is not None
    paid = 800 * PRICE.input + 200 * PRICE.cached_input + 500 * PRICE.output
    assert usage.cost_usd == pytest.approx(paid / 1e6, abs=1e-6)
    assert bench.budget(bench.engine().settings).spent_on(bench.now.date()) == pytest.approx(usage.cost_usd)


def test_quotes_that_are_not_verbatim_are_dropped_and_counted(bench: Bench, api: FakeOpenAI):
    facts = [
        fact(1, "15 of us", "team_size", 15, kind="users", approximate=False),
        fact(0, "fifteen of us", "team_size", 15, kind="users", approximate=False),
        fact(99, "fifteen of us", "team_size", 15, kind="users", approximate=False),
        fact(1, "  ", "team_size", 15, kind="users", approximate=False),
        fact(1, "fifteen of us ", "team_size", 15, kind="users", approximate=False),
    ]
    acts = [{"kind": "question", "quote": "what is the price?", "confidence": 0.9, "topic": None, "answered": None}]
    remarks = [{"n": 3, "label": "neutral", "score": 0, "confidence": 0.5, "acts": acts}]
    api.answer = lambda body: answer(facts, remarks)
    made = bench.annotated()
    assert [s.quote for s in made.spans] == ["fifteen of us"]
    assert made.acts(ActKind.QUESTION) == ()
    assert made.dropped == 5


def test_a_fact_that_the_model_holds_less_likely_than_not_is_dropped_and_counted(bench: Bench, api: FakeOpenAI):
    doubted = {"confidence": 0.45}
    facts = [
        fact(1, "fifteen of us", "team_size", 15, kind="users", approximate=False),
        fact(1, "fifteen of us", "headcount", 15) | doubted,
    ]
    api.answer = lambda body: answer(facts)
    made = bench.annotated()
    assert [span.type for span in made.spans] == [SpanType.TEAM_SIZE]
    assert made.dropped == 1


def test_names_are_ours_and_products_that_nobody_said_are_dropped(bench: Bench, api: FakeOpenAI):
    facts = [
        fact(1, "hub spot", "integration", "HubSpot", use="needed"),
        fact(1, "docky sign", "competitor", "docusign", context="current", sentiment="negative"),
        fact(1, "scribbly", "competitor", "Scribbly", context="current", sentiment="neutral"),
        fact(1, "docky sign", "competitor", "Signoria", context="current", sentiment="neutral"),
        fact(1, "we", "industry", "astrology"),
    ]
    api.answer = lambda body: answer(facts)
    made = bench.annotated("Hello?", "we link hub spot, and left docky sign for scribbly")
    assert {s.value for s in made.spans} == {"hubspot", "DocuSign", "Scribbly"}
    assert made.dropped == 2


def test_malformed_json_is_repaired_once_and_both_requests_are_paid(bench: Bench, api: FakeOpenAI):
    api.faults = ["malformed"]
    made = bench.annotated()
    assert (made.fallback_reason, made.usage and made.usage.requests) == (None, 2)
    again = api.asked[1]["input"]
    assert again[:2] == api.asked[0]["input"]
    assert [turn["role"] for turn in again[2:]] == ["assistant", "developer"]


@pytest.mark.parametrize(
    ("faults", "reason", "requests"),
    [
        (["malformed", "malformed"], "malformed", 2),
        (["refusal"], "refusal", 1),
        (["incomplete"], "incomplete:max_output_tokens", 1),
        ([Fault(400, "context_length_exceeded")], "request_refused:context_length_exceeded", None),
        ([Fault(429, "insufficient_quota")], "insufficient_quota", None),
    ],
)
def test_what_cannot_be_used_is_stood_in_for_and_says_why(
    bench: Bench, api: FakeOpenAI, faults: list[Fault | str], reason: str, requests: int | None
):
    api.faults = list(faults)
    made = bench.annotated()
    assert (made.engine, made.fallback_reason) == ("embedded", f"openai:{reason}")
    assert made.spans == EMBEDDED.annotate([TEAM])[0].spans
    assert (made.usage.requests if made.usage else None) == requests
    assert api.faults == []


def test_one_failing_session_does_not_touch_its_neighbours(bench: Bench, api: FakeOpenAI):
    api.faults = ["refusal"]
    made = bench.engine(openai_concurrency=1).annotate([TEAM, TEAM, TEAM])
    assert [m.fallback_reason for m in made] == ["openai:refusal", None, None]


def test_another_language_is_named_and_not_understood(bench: Bench, api: FakeOpenAI):
    api.answer = lambda body: answer([], language="es")
    made = bench.annotated("Hola", "somos quince personas en el equipo")
    assert (made.language, made.unavailable, made.spans) == ("es", "language:es", ())


@pytest.mark.parametrize("languages", ["es", "id,es", "all"])
def test_a_language_that_the_model_is_to_read_is_read_with_quotes_as_spoken(bench: Bench, api: FakeOpenAI, languages: str):
    facts = [fact(1, "quince personas", "team_size", 15, kind="users", approximate=False)]
    api.answer = lambda body: answer(facts, language="es")
    made = bench.annotated("Hola", "somos quince personas en el equipo", openai_languages=languages)
    assert (made.language, made.unavailable) == ("es", None)
    assert [(s.value, s.quote) for s in made.spans] == [(15, "quince personas")]


def test_a_language_that_the_setting_does_not_name_stays_unavailable(bench: Bench, api: FakeOpenAI):
    api.answer = lambda body: answer([], language="pl")
    assert bench.annotated("Hello", "jest nas piętnaście osób", openai_languages="es,id").unavailable == "language:pl"
    assert "none of en, es, id" in api.asked[0]["instructions"]


@pytest.mark.parametrize(
    ("stated", "language"), [("es-MX", "es"), ("ES", "es"), ("en-GB", "en"), ("English", "en"), ("", "en"), ("?", "en")]
)
def test_a_language_is_stated_with_or_without_a_region(bench: Bench, api: FakeOpenAI, stated: str, language: str):
    api.answer = lambda body: answer([], language=stated)
    assert bench.annotated().language == language


def test_languages_are_part_of_the_version_and_misspelt_ones_are_refused(bench: Bench):
    assert bench.engine().version != bench.engine(openai_languages="es").version
    with pytest.raises(ValidationError, match="openai_languages"):
        bench.engine(openai_languages="Spanish")


def test_an_empty_transcript_costs_nothing(bench: Bench, api: FakeOpenAI):
    made = bench.engine().annotate([[], TEAM, []])
    assert [m.unavailable for m in made] == ["no_transcript", None, "no_transcript"]
    assert len(api.asked) == 1


@pytest.mark.parametrize(("status", "names"), [(401, "OPENAI_API_KEY"), (404, "VOICE_OPENAI_MODEL"), (400, "VOICE_OPENAI_MODEL")])
def test_a_setting_that_is_wrong_stops_at_once_and_is_named(bench: Bench, api: FakeOpenAI, status: int, names: str):
    api.faults = [Fault(status, "invalid_api_key"), "never asked for"]
    with pytest.raises(ConfigurationFailure, match=names):
        bench.engine(openai_concurrency=1).annotate([TEAM, TEAM])
    assert (len(api.asked), bench.waits) == (1, [])


def test_a_model_without_a_price_works_and_its_cost_is_unknown_and_never_nothing(
    bench: Bench, api: FakeOpenAI, caplog: pytest.LogCaptureFixture
):
    made = bench.annotated(openai_model="gpt-unpriced", openai_daily_usd=0.01)
    assert (made.fallback_reason, len(api.asked)) == (None, 1)
    assert made.usage is not None
    assert (made.usage.cost_usd, made.usage.input_tokens) == (None, 1000)
    assert "gpt-unpriced has no price in data/price_book.yml: its costs are unknown" in caplog.text


def test_a_model_that_its_vendor_ends_is_said_with_its_last_day(bench: Bench, caplog: pytest.LogCaptureFixture):
    bench.engine(openai_model="gpt-4.1-mini")
    assert "ends the model gpt-4.1-mini on 2027-01-14" in caplog.text


def test_a_missing_key_says_what_to_set(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ConfigurationFailure, match="Set OPENAI_API_KEY"):
        bench.engine()


def test_the_version_changes_with_the_model_and_fits_a_key(bench: Bench):
    first, second = bench.engine(), bench.engine(openai_model="gpt-4.1")
    assert first.version == bench.engine().version != second.version
    assert "/" not in bench.engine(openai_model="openai/gpt-4.1").version


def test_nothing_is_stored_at_the_service_and_the_prompt_comes_first(bench: Bench, api: FakeOpenAI):
    bench.engine().annotate([TEAM, call("Hi?", "hello")])
    assert [body["store"] for body in api.asked] == [False, False]
    assert len({body["instructions"] for body in api.asked}) == 1
