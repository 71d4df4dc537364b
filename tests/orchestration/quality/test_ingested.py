"""Every expectation on documents is green on the sample calls, and red on a document that breaks it, which it names."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import orjson
import pandas as pd
import pytest

from contract.platform.settings import PROJECT_ROOT
from orchestration.quality.expectations import evaluate
from orchestration.quality.ingested import frames_of_documents
from orchestration.quality.rules import QualityRules
from orchestration.rules.finding import Finding

Document = dict[str, Any]
Damage = Callable[[Document], None]


def having(**fields: Any) -> Damage:
    return lambda document: document.update(fields)


def part(name: str, **fields: Any) -> Damage:
    return lambda document: document.update({name: document[name] | fields})


def first(name: str, **fields: Any) -> Damage:
    return lambda document: document[name].__setitem__(0, document[name][0] | fields)


def every(name: str, **fields: Any) -> Damage:
    return lambda document: document.update({name: [entry | fields for entry in document[name]]})


def tool(name: str, **fields: Any) -> Damage:
    """A call of a tool as the agent writes it, but for these fields."""
    sound: dict[str, Document] = {
        "unleash_search_knowledge": {"query": "q", "category": "pricing", "results_found": True, "total_results": 1},
        "book_sales_meeting": {"customer_email": "a@b.example", "success": True, "calendar_event_id": "e"},
    }
    return lambda document: document.update(tool_calls=[{"tool": name, **sound[name], **fields}])


def search(**fields: Any) -> Damage:
    return tool("unleash_search_knowledge", **fields)


def booking(**fields: Any) -> Damage:
    return tool("book_sales_meeting", **fields)


def doubled(document: Document) -> None:
    document["transcript"] += [deepcopy(document["transcript"][-1])]


ONE_DOCUMENT: dict[str, Damage] = {
    "call_ends_after_its_start": having(end_time="2026-01-01T00:00:00Z"),
    "email_has_the_shape_of_one": having(user_email="Dana Ortiz"),
    "disconnect_reason_is_one_of_the_known": having(disconnect_reason="vanished"),
    "call_duration_in_range": having(duration_seconds=0),
    "call_duration_is_end_minus_start": having(duration_seconds=7000),
    "turn_count_in_range": having(transcript=[]),
    "turn_count_is_the_transcripts": part("turn_taking", turn_count=400),
    "interruptions_in_range": having(interruptions=[{}] * 101),
    "packet_loss_in_range": part("connection", packet_loss=101.0),
    "jitter_in_range": part("connection", jitter=10001),
    "bandwidth_in_in_range": part("connection", bandwidth_in=-1),
    "bandwidth_out_in_range": part("connection", bandwidth_out=10**11),
    "team_size_in_range": part("discovered_signals", team_size=0),
    "monthly_volume_in_range": part("discovered_signals", monthly_volume=10**8),
    "live_timeline_is_one_of_the_known": part("discovered_signals", decision_timeline="soon"),
    "live_authority_is_one_of_the_known": part("discovered_signals", budget_authority="boss"),
    "live_urgency_is_one_of_the_known": part("discovered_signals", urgency="extreme"),
    "live_tier_is_one_of_the_known": part("discovered_signals", qualification_tier="high_value"),
    "utterance_is_known_once": doubled,
    "role_is_one_of_the_known": first("transcript", role="assistant"),
    "utterance_ends_after_its_start": first("transcript", ended_at="2026-01-01T00:00:00Z"),
    "utterances_are_in_order": first("transcript", started_at="2026-12-24T00:00:00Z"),
    "utterance_length_in_range": first("transcript", text=""),
    **{
        f"{name}_in_range": first("metrics", **{name: 120001})
        for name in ("eou_delay", "llm_ttft", "tts_ttfb", "stt_duration", "total_latency", "e2e_latency")
    },
    "total_latency_is_its_parts": first("metrics", eou_delay=1, llm_ttft=2, tts_ttfb=3, total_latency=9),
    "prompt_tokens_in_range": first("metrics", prompt_tokens=-1),
    "completion_tokens_in_range": first("metrics", completion_tokens=100001),
    "total_tokens_are_their_parts": first("metrics", prompt_tokens=1, completion_tokens=2, total_tokens=4),
    "stt_audio_in_range": first("metrics", stt_audio_duration=7201.0),
    "tts_audio_in_range": first("metrics", tts_audio_duration=-0.5),
    "tts_characters_in_range": first("metrics", tts_characters_count=100001),
    "search_category_is_one_of_the_known": search(category="weather"),
    "search_results_in_range": search(total_results=1001),
    "search_found_what_it_counts": search(results_found=True, total_results=0),
    "booking_says_how_it_ended": booking(success=None),
    "booking_email_has_the_shape_of_one": booking(customer_email="ring me"),
    "booked_meeting_has_an_event": booking(calendar_event_id=None),
}
EVERY_DOCUMENT: dict[str, Damage] = {
    "call_has_an_end": having(end_time=None),
    "call_duration_is_known": having(duration_seconds=None),
    "participant_is_known": having(participant_id=None),
    "some_callers_have_an_email": having(user_email=None),
    "agent_version_is_known": having(agent_version=None),
    "most_calls_say_why_they_ended": having(disconnect_reason="unknown"),
    "calls_were_measured": lambda document: document.update(metrics=[] if hash_of(document) % 2 else document["metrics"]),
    "connection_was_measured": having(connection={}),
    "utterances_have_times": every("transcript", started_at=None),
    "reply_time_is_known": every("metrics", timestamp=None),
    "total_latency_was_measured": every("metrics", total_latency=None),
    "search_has_a_query": search(query=None, error="timeout", results_found=None, total_results=None),
    "searches_rarely_fail": search(query=None, error="timeout", results_found=None, total_results=None),
}


def hash_of(document: Document) -> int:
    return int(document["session_id"][-2:], 16)


def samples() -> list[Document]:
    return [orjson.loads(path.read_bytes()) for path in sorted((PROJECT_ROOT / "data" / "samples" / "calls").glob("*.json"))]


def transcribed() -> list[Document]:
    """The sample calls whose callers agreed to be transcribed."""
    return [document for document in samples() if document["consent"]["obtained"]]


def evaluated(documents: list[Document], rules: QualityRules) -> dict[str, Finding]:
    return evaluate(frames_of_documents(documents), rules.suites["ingested"].tables)


@pytest.fixture(scope="module")
def of_samples(rules: QualityRules) -> dict[str, Finding]:
    return evaluated(samples(), rules)


@pytest.fixture(scope="module")
def of_damaged(rules: QualityRules) -> dict[str, Finding]:
    """Each damage is done to a call of its own, so that a check that names it has found that very damage."""
    documents = transcribed()
    for document, damage in zip(documents, ONE_DOCUMENT.values(), strict=False):
        damage(document)
    return evaluated(documents, rules)


@pytest.fixture(scope="module")
def of_hollow(rules: QualityRules) -> dict[str, Finding]:
    documents = samples()
    for document in documents:
        for damage in EVERY_DOCUMENT.values():
            damage(document)
    return evaluated(documents, rules)


def test_every_rule_has_a_damage_here(rules: QualityRules):
    names = {rule.name for expectations in rules.suites["ingested"].tables.values() for rule in expectations}
    assert names == ONE_DOCUMENT.keys() | EVERY_DOCUMENT.keys()


def test_the_sample_calls_are_sound(of_samples: dict[str, Finding]):
    assert {name: finding for name, finding in of_samples.items() if not finding.passed or finding.skipped_because} == {}


@pytest.mark.parametrize("name", ONE_DOCUMENT)
def test_a_document_that_breaks_a_rule_turns_it_red_and_is_named(name: str, of_damaged: dict[str, Finding]):
    damaged = transcribed()[list(ONE_DOCUMENT).index(name)]["session_id"]
    finding = of_damaged[name]
    assert (finding.passed, finding.problem) == (False, None)
    assert damaged in finding.sessions
    assert 1 <= finding.count <= finding.examined


@pytest.mark.parametrize("name", EVERY_DOCUMENT)
def test_documents_that_lack_a_field_turn_its_completeness_red(name: str, of_hollow: dict[str, Finding]):
    finding = of_hollow[name]
    assert (finding.passed, finding.problem, len(finding.sessions)) == (False, None, 20)
    assert finding.count > 20


def test_a_share_of_few_rows_says_nothing(rules: QualityRules):
    hollow = samples()[:19]
    for document in hollow:
        document["user_email"] = None
    finding = evaluated(hollow, rules)["some_callers_have_an_email"]
    assert (finding.passed, finding.skipped_because) == (True, "needs 20 rows")


def test_a_caller_who_refused_to_be_transcribed_is_no_failure(rules: QualityRules):
    (refused, *others) = samples()
    refused |= {"consent": {"obtained": False}, "transcript": []}
    assert refused["turn_taking"]["turn_count"] > 0
    findings = evaluated([refused, *others], rules)
    assert [name for name, finding in findings.items() if not finding.passed] == []


def test_without_documents_everything_is_silent(rules: QualityRules):
    assert all(finding.passed and finding.skipped_because for finding in evaluated([], rules).values())


def test_a_document_of_version_0_lacks_much_and_stops_nothing(rules: QualityRules):
    bare = {"session_id": "old", "start_time": "2026-11-20T10:00:00Z", "transcript": [{"id": "i", "role": "user", "text": "hi"}]}
    findings = evaluated([bare], rules)
    assert [name for name, finding in findings.items() if finding.problem] == []


@pytest.mark.parametrize("unusable", [[0] * 1000, pd.DataFrame({"session_id": ["a"] * 1000})], ids=["no table", "no columns"])
def test_a_table_that_cannot_be_evaluated_is_red_and_leaves_the_others(rules: QualityRules, unusable: Any):
    tables = rules.suites["ingested"].tables
    findings = evaluate(frames_of_documents(samples()) | {"replies": unusable}, tables)
    passed = {table: {findings[rule.name].passed for rule in expectations} for table, expectations in tables.items()}
    assert passed == {"calls": {True}, "utterances": {True}, "replies": {False}, "searches": {True}, "bookings": {True}}
    assert all(findings[rule.name].problem for rule in tables["replies"])
