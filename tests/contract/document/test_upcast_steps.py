"""Each habit of the older agent, one by one, and what none of them may turn into a guess."""

from __future__ import annotations

from typing import Any

import pytest

from contract.document.session import DiscoveredSignals, SessionDocument
from contract.reading import read_document
from contract.rejections import Rejected
from tests.contract.samples import NOW, as_bytes


def read(**fields: Any) -> SessionDocument:
    known = {"session_id": "call_1", "start_time": "2026-10-08T14:22:41.000953"}
    return read_document(as_bytes({**known, **fields}), now=NOW)


def signals(**fields: Any) -> DiscoveredSignals:
    return read(discovered_signals=fields).discovered_signals


def said(transcript: Any, **fields: Any) -> list[tuple[str, str, str]]:
    return [(item.id, item.role, item.text) for item in read(transcript=transcript, **fields).transcript]


def test_the_least_a_document_can_be() -> None:
    document = read()
    assert document.schema_version == 1
    assert document.start_time.isoformat() == "2026-10-08T14:22:41.000953+00:00"
    assert document.consent.obtained is None
    assert document.disconnect_reason == "unknown"
    assert document.turn_taking.turn_count is document.duration_seconds is document.end_time is None


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2026-10-08T14:22:41", "2026-10-08T14:22:41+00:00"),
        ("2026-10-08 14:22:41.5", "2026-10-08T14:22:41.500000+00:00"),
        ("2026-10-08T14:22:41Z", "2026-10-08T14:22:41+00:00"),
        ("2026-10-08T07:22:41-07:00", "2026-10-08T14:22:41+00:00"),
        (1791469361, "2026-10-08T14:22:41+00:00"),
        (1791469361.5, "2026-10-08T14:22:41.500000+00:00"),
        (1791469361000, "2026-10-08T14:22:41+00:00"),
    ],
)
def test_times_without_an_offset_are_utc(written: Any, read_as: str) -> None:
    document = read(start_time=written, end_time=written, tool_calls=[{"tool": "other", "timestamp": written}])
    assert {m.isoformat() for m in (document.start_time, document.end_time, document.tool_calls[0].timestamp) if m} == {read_as}


def test_a_start_only_in_the_metadata_is_the_start() -> None:
    document = read(start_time=None, user_metadata={"session_start": "2026-10-08T14:22:41.000Z"})
    assert document.start_time.isoformat() == "2026-10-08T14:22:41+00:00"


@pytest.mark.parametrize("metadata", [{"user_email": "a@b.example", "name": "A"}, {"email": "a@b.example", "user_name": "A"}])
def test_who_called_may_be_only_in_the_metadata(metadata: dict[str, str]) -> None:
    document = read(user_email="", user_metadata={**metadata, "plan": "trial"})
    assert (document.user_email, document.user_name) == ("a@b.example", "A")
    assert (document.model_extra or {})["user_metadata"] == {"plan": "trial"}


def test_two_different_e_mails_are_both_kept() -> None:
    document = read(user_email="a@b.example", user_metadata={"user_email": "c@d.example"})
    assert document.user_email == "a@b.example"
    assert (document.model_extra or {})["user_metadata"] == {"user_email": "c@d.example"}


def test_chat_messages_become_utterances() -> None:
    chat = [
        {"role": "system", "content": "You are Sarah."},
        {"role": "assistant", "content": ["Hi!", "What can I do?"]},
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "USER", "content": "Quotes"},
        {"type": "function_call", "name": "search"},
        {"role": "assistant", "content": "The last reply was cut in the"},
    ]
    assert said(chat) == [
        ("item_000", "agent", "Hi! What can I do?"),
        ("item_001", "user", "Quotes"),
        ("item_002", "agent", "The last reply was cut in the"),
    ]
    assert read(transcript=chat).turn_taking.turn_count == 3


def test_ids_and_times_an_item_already_has_are_kept() -> None:
    items = [
        {"role": "user", "content": "a"},
        {"id": "item_000", "role": "user", "content": "b", "timestamp": "2026-10-08T14:22:50"},
    ]
    document = read(transcript=items)
    assert [item.id for item in document.transcript] == ["item_000_", "item_000"]
    assert document.transcript[1].started_at is not None


def test_words_only_in_the_text_become_the_transcript() -> None:
    text = "ASSISTANT: Hi: there\nUSER: we are four\nand two more\n\nASSISTANT: Bye"
    expected = [("item_000", "agent", "Hi: there"), ("item_001", "user", "we are four and two more"), ("item_002", "agent", "Bye")]
    assert said([], transcript_text=text) == said(None, transcript_text=text) == expected


def test_text_nobody_can_be_named_for_stays_beside() -> None:
    document = read(transcript=[], transcript_text="no roles here")
    assert document.transcript == ()
    assert (document.model_extra or {})["transcript_text"] == "no roles here"


_BOUNDS = ("fewer than five", "no more than 50", "50 at most", "50 or less", "ten tops", "not 50", "we don't have 12", "0-50")


@pytest.mark.parametrize("unknown", [0, 0.0, -1, None, "", "unknown", "0", "a few", "up to 50", "<10", "under 20", *_BOUNDS])
def test_a_number_nobody_heard_is_null(unknown: Any) -> None:
    heard = signals(team_size=unknown, monthly_volume=unknown)
    assert heard.team_size is heard.monthly_volume is None


_IN_WORDS = (("a dozen", 12), ("twenty-five", 25), ("at least ten", 10), ("no fewer than 10", 10), ("ten to fifteen", 10))


@pytest.mark.parametrize(
    ("written", "at_least"),
    [
        ("10-50", 10),
        ("10 \u2013 50", 10),
        ("50+", 50),
        ("15", 15),
        ("about 20", 20),
        ("1,000-5,000", 1000),
        (12.0, 12),
        (7, 7),
        *_IN_WORDS,
    ],
)
def test_a_number_in_words_is_what_it_promises_at_least(written: Any, at_least: int) -> None:
    assert signals(team_size=written).team_size == at_least


@pytest.mark.parametrize("written", ["8 a week", "12 per day", "2k", "1.5 million", "9" * 50, "1" + ",000" * 2000])
def test_a_number_in_another_unit_or_of_no_size_is_not_guessed(written: str) -> None:
    heard = signals(monthly_volume=written)
    assert heard.monthly_volume is None
    assert (heard.model_extra or {})["monthly_volume_said"] == written


@pytest.mark.parametrize(
    ("written", "tier"),
    [("high_value", "Tier 1"), ("High Value", "Tier 1"), ("standard", "Tier 2"), ("Tier 1", "Tier 1"), ("gold", "gold")],
)
def test_tiers_in_older_words(written: str, tier: str) -> None:
    assert signals(qualification_tier=written).qualification_tier == tier


def test_integration_interest_joins_integration_needs() -> None:
    assert signals(integration_interest=["hubspot", "zapier"], integration_needs=["zapier"]).integration_needs == (
        "zapier",
        "hubspot",
    )
    assert signals(integration_interest="salesforce, hubspot").integration_needs == ("salesforce", "hubspot")
    assert signals(integration_interest=None, pain_points="slow").pain_points == ("slow",)


def test_a_booking_is_a_booking_under_either_word() -> None:
    call = {"tool": "book_sales_meeting", "customer_name": "Dana"}
    assert read(tool_calls=[{**call, "meeting_booked": True}]).bookings[0].success is True
    assert read(tool_calls=[{**call, "success": False}]).bookings[0].success is False
    assert read(tool_calls=[call], meeting_booked=True).bookings[0].success is True
    assert [booking.success for booking in read(tool_calls=[], meeting_booked=True).bookings] == [True]
    assert read(meeting_booked=False).bookings == ()
    assert [b.success for b in read(tool_calls=[{**call, "success": True}], success=True).bookings] == [True]


def test_a_meeting_time_in_words_stays_words() -> None:
    (booking,) = read(tool_calls=[{"tool": "book_sales_meeting", "meeting_time": "Tuesday 2pm"}]).bookings
    assert booking.meeting_time is None
    assert (booking.model_extra or {})["meeting_time_said"] == "Tuesday 2pm"


@pytest.mark.parametrize(("obtained", "words"), [(True, 1), (False, 0), (None, 1)])
def test_consent_in_two_fields(obtained: bool | None, words: int) -> None:
    document = read(
        consent_obtained=obtained, consent_timestamp="2026-10-08T14:22:50", transcript=[{"role": "user", "content": "a"}]
    )
    assert document.consent.obtained is obtained
    assert document.consent.timestamp is not None
    assert len(document.transcript) == words


@pytest.mark.parametrize("answer", ["no", "false", 0, 1])
def test_consent_that_is_no_clear_answer_is_refused_rather_than_guessed(answer: Any) -> None:
    with pytest.raises(Rejected, match=r"consent\.obtained"):
        read(consent_obtained=answer)


@pytest.mark.parametrize(
    ("written", "reason"),
    [("user_hangup", "user_hangup"), ("CLIENT_INITIATED", "user_hangup"), ("JOIN_FAILURE", "unknown"), ("", "unknown")],
)
def test_how_it_ended_in_livekit_words(written: str, reason: str) -> None:
    assert read(disconnect_reason=written).disconnect_reason == reason


def test_summaries_are_kept_beside() -> None:
    document = read(metrics={"total": 0}, cost_summary={"openai_tokens": 4265}, conversation_state="HELPING")
    assert document.metrics == ()
    assert document.model_extra == {
        "metrics_summary": {"total": 0},
        "cost_summary": {"openai_tokens": 4265},
        "conversation_state": "HELPING",
    }


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"transcript": [{"role": "user", "content": 7}]}, "transcript.0.text"),
        ({"transcript": "hello"}, "transcript"),
        ({"user_email": {"address": "a@b.example"}}, "user_email"),
        ({"duration_seconds": "long"}, "duration_seconds"),
        ({"discovered_signals": {"team_size": [10, 50]}}, "discovered_signals.team_size"),
        ({"discovered_signals": {"integration_needs": ["a"], "integration_interest": [1]}}, None),
        ({"tool_calls": [{"query": "pricing"}]}, "tool_calls.0.tool"),
        ({"end_time": "later"}, "end_time"),
    ],
)
def test_a_wrong_type_is_left_for_validation_to_name(fields: dict[str, Any], named: str | None) -> None:
    if named is None:
        assert read(**fields).discovered_signals.integration_needs == ("a",)
        return
    with pytest.raises(Rejected) as refusal:
        read(**fields)
    assert refusal.value.detail == f"wrong: {named}"


def test_a_version_1_document_is_not_brought_up() -> None:
    document = read(schema_version=1, start_time="2026-10-08T14:22:41Z", meeting_booked=True, transcript_text="USER: a")
    assert document.bookings == ()
    assert document.transcript == ()
