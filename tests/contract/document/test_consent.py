"""A caller's refusal leaves no words anywhere, and what counts calls stays."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any, get_args

import pytest

from analyzers.sales_intelligence.models import Authority, Level, Timeline
from contract.document import consent
from contract.document.delivery import DeliveryOutcome, deliver
from contract.platform.store import Store
from contract.reading import read_document, write_document
from contract.rejections import Rejected
from tests.contract.samples import NOW, as_bytes

SECRET = "my secret words"
EXTRA = {"note": SECRET, "notes": [{SECRET: SECRET}]}
ITEM = {"id": "item_000", "role": "user", "text": SECRET}


def refusal(**fields: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "schema_version": 1,
        "session_id": "call_1",
        "start_time": "2026-11-20T15:04:05Z",
        "user_email": "a@b.example",
        "consent": {"obtained": False, "timestamp": "2026-11-20T15:04:09Z", **EXTRA},
        "transcript": [ITEM],
        "interruptions": [{"item_id": "item_000", **EXTRA}],
        "turn_taking": {"turn_count": 3, **EXTRA},
        "metrics": [{"eou_delay": 200, **EXTRA}],
        "models": {"llm": "openai/gpt-4o", **EXTRA},
        "discovered_signals": {
            "team_size": 12,
            "integration_needs": ["Salesforce", SECRET],
            "industry": SECRET,
            "location": SECRET,
            "use_case": SECRET,
            "current_tool": SECRET,
            "pain_points": [SECRET],
            "decision_timeline": "this_month",
            "budget_authority": "decision_maker",
            "urgency": SECRET,
            "qualification_tier": "Tier 1",
            **EXTRA,
        },
        "tool_calls": [
            {"tool": "unleash_search_knowledge", "query": SECRET, "category": "pricing", "total_results": 2, **EXTRA},
            {"tool": "unleash_search_knowledge", "query": SECRET, "category": SECRET, "error": SECRET},
            {
                "tool": "book_sales_meeting",
                "customer_name": "Ana",
                "customer_email": "a@b.example",
                "preferred_date": "Monday",
                **EXTRA,
            },
            {"tool": "later_tool", **EXTRA},
        ],
        "connection": {"jitter": 2.5, "device_info": {"os": "iOS", **EXTRA}, **EXTRA},
        "errors": [{"component": "llm", "type": "APITimeoutError", "message": SECRET, **EXTRA}],
        "conversation_state": SECRET,
        "user_metadata": {"said": SECRET},
        "cost_summary": {"openai_cost": 0.25, SECRET: 1, "said": SECRET, "deep": {"said": SECRET}},
    }
    return whole | EXTRA | fields


def test_no_words_are_left_at_any_level() -> None:
    read = read_document(as_bytes(refusal()), now=NOW)
    assert "secret" not in read.model_dump_json()
    assert (read.model_extra or {}) == {"cost_summary": {"openai_cost": 0.25}}
    again = read_document(write_document(read), now=NOW)
    assert again == read
    assert write_document(again) == write_document(read)


def test_numbers_listed_values_and_the_booking_stay() -> None:
    read = read_document(as_bytes(refusal()), now=NOW)
    signals = read.discovered_signals
    assert (signals.team_size, signals.integration_needs, signals.decision_timeline) == (12, ("Salesforce",), "this_month")
    assert (signals.budget_authority, signals.urgency, signals.qualification_tier) == ("decision_maker", None, "Tier 1")
    answered, outage = read.searches
    assert (answered.query, answered.category, answered.total_results) == (None, "pricing", 2)
    assert (outage.category, outage.error) == (None, "withheld")
    (booking,) = read.bookings
    assert (booking.customer_name, booking.customer_email, booking.preferred_date) == ("Ana", "a@b.example", "Monday")
    assert (read.errors[0].type, read.errors[0].message) == ("APITimeoutError", None)
    assert (read.turn_taking.turn_count, read.metrics[0].eou_delay, read.connection.jitter) == (3, 200, 2.5)
    assert (read.models.llm, read.connection.device_info.os, len(read.tool_calls)) == ("openai/gpt-4o", "iOS", 4)


BROKEN = [
    {"session_id": SECRET},
    {"start_time": SECRET},
    {"duration_seconds": SECRET},
    {"metrics": [SECRET]},
    {"errors": SECRET},
    {"tool_calls": {"said": SECRET}},
    {"connection": SECRET},
    {"user_name": {"said": SECRET}},
    {"schema_version": 2},
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: next(iter(broken)))
def test_a_broken_document_stays_broken_and_is_stored_without_words(tmp_path: Path, broken: dict[str, Any]) -> None:
    store, body = Store((tmp_path / "store").as_uri()), as_bytes(refusal(**broken))
    with pytest.raises(Rejected) as given:
        read_document(body, now=NOW)
    delivery = deliver(store, body, now=NOW)
    assert delivery.key is not None
    kept = store.get(delivery.key)
    text = gzip.decompress(kept) if kept.startswith(b"\x1f\x8b") else kept
    with pytest.raises(Rejected) as stored:
        read_document(kept, now=NOW)
    assert stored.value.reason is given.value.reason
    assert set(broken) == {"session_id"} or b"secret" not in text
    assert b"notes" not in text


def test_what_is_stored_reads_as_what_was_given(tmp_path: Path) -> None:
    store, body = Store((tmp_path / "store").as_uri()), as_bytes(refusal())
    delivery = deliver(store, body, now=NOW)
    assert delivery.outcome is DeliveryOutcome.STORED
    assert delivery.key is not None
    kept = store.get(delivery.key)
    assert b"secret" not in gzip.decompress(kept)
    assert read_document(kept, now=NOW) == read_document(body, now=NOW)


@pytest.mark.parametrize(
    ("signal", "values"),
    [("decision_timeline", get_args(Timeline)), ("budget_authority", get_args(Authority)), ("urgency", get_args(Level))],
)
def test_every_value_the_reports_know_is_on_the_list(signal: str, values: tuple[str, ...]) -> None:
    for value in values:
        given = {"consent": {"obtained": False}, "discovered_signals": {signal: value}}
        assert consent.without_words(given)["discovered_signals"] == {signal: value}
        assert json.dumps(consent.without_words(given)).count(value) == 1
