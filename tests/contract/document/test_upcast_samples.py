"""Each older sample document becomes a valid version 1 document that says what the older one said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from contract.document.session import SessionDocument
from contract.reading import read_document
from tests.contract.samples import CALLS, LEGACY, NOW, legacy, raw, store_key


def read(path: Path) -> SessionDocument:
    return read_document(path.read_bytes(), now=NOW, key=store_key(path))


@pytest.mark.parametrize("path", LEGACY, ids=lambda path: path.name)
def test_an_older_document_says_the_same_as_before(path: Path) -> None:
    older, document = raw(path), read(path)
    assert document.session_id == (older.get("session_id") or older["_session_id"])
    assert document.start_time == datetime.fromisoformat(older["start_time"]).replace(tzinfo=UTC)
    assert document.end_time == datetime.fromisoformat(older["end_time"]).replace(tzinfo=UTC)
    assert document.duration_seconds == int(older["duration_seconds"])
    assert document.user_email == (older["user_email"] or None)
    assert document.consent.obtained is older["consent_obtained"]
    assert [call.tool for call in document.tool_calls] == [call["tool"] for call in older["tool_calls"]]
    assert (document.model_extra or {}).get("cost_summary") == older.get("cost_summary")


@pytest.mark.parametrize("path", LEGACY, ids=lambda path: path.name)
def test_an_older_document_has_the_words_unless_they_were_refused(path: Path) -> None:
    older, document = raw(path), read(path)
    said = [(item["role"].replace("assistant", "agent"), item["content"]) for item in older["transcript"]]
    assert [(item.role, item.text) for item in document.transcript] == (said if older["consent_obtained"] else [])
    assert [item.id for item in document.transcript] == [f"item_{n:03d}" for n in range(len(document.transcript))]
    assert "transcript_text" not in (document.model_extra or {})


@pytest.mark.parametrize("path", LEGACY, ids=lambda path: path.name)
def test_what_an_older_document_lacks_stays_null(path: Path) -> None:
    document = read(path)
    assert document.metrics == ()
    assert document.agent_version is document.participant_id is document.models.llm is document.connection.jitter is None
    assert document.turn_taking.turn_balance is document.turn_taking.average_turn_duration_seconds is None
    assert document.turn_taking.turn_count == (len(raw(path)["transcript"]) or None)
    assert all(item.started_at is item.ended_at is None for item in document.transcript)


@pytest.mark.parametrize("path", LEGACY, ids=lambda path: path.name)
def test_an_older_document_agrees_with_the_version_1_document_of_the_same_call(path: Path) -> None:
    document = read(path)
    (newer_path,) = (call for call in CALLS if call.stem == document.session_id.removesuffix("_v0"))
    newer = read_document(newer_path.read_bytes(), now=NOW)
    assert document.duration_seconds == newer.duration_seconds
    assert abs((document.start_time - newer.start_time).total_seconds()) < 1
    if document.transcript:
        assert [(item.role, item.text) for item in document.transcript] == [(item.role, item.text) for item in newer.transcript]


def test_zero_for_unknown_numbers_is_null() -> None:
    assert read(legacy("511000")).discovered_signals.team_size is None
    assert read(legacy("f37820")).discovered_signals.monthly_volume is None
    assert read(legacy("f37820")).discovered_signals.team_size == 9


def test_a_range_is_its_lower_bound_with_the_words_beside() -> None:
    signals = read(legacy("391735")).discovered_signals
    assert signals.team_size == 10
    assert (signals.model_extra or {})["team_size_said"] == "10-50"


def test_integration_interest_is_what_was_needed() -> None:
    assert read(legacy("391735")).discovered_signals.integration_needs == ("salesforce",)


def test_a_refused_call_keeps_no_words_and_still_counts() -> None:
    document = read(legacy("511000"))
    assert not document.words_kept
    assert document.transcript == ()
    assert document.turn_taking.turn_count == 9
    assert "lost the connection" not in document.model_dump_json()


def test_an_underscored_id_is_an_id() -> None:
    assert read(legacy("036c0c")).session_id == "pandadoc_trial_1791470024000_036c0c_v0"
