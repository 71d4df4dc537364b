"""Documents as other tools and the older agent write them are read, or the field that cannot be read is named."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contract.document.address import split_address
from contract.document.delivery import DeliveryOutcome, deliver
from contract.document.identity import peek_identity
from contract.document.session import SessionDocument
from contract.platform.store import Store
from contract.reading import read_document
from contract.rejections import Rejected
from tests.contract.samples import NOW, as_bytes
from tests.support.documents import session
from tests.support.wild import WILD, formats

LATER = datetime(2026, 11, 30, 12, tzinfo=UTC)


def facts(document: SessionDocument) -> dict[str, Any]:
    return {
        "test_call": document.test_call,
        "user_email": document.user_email,
        "user_name": document.user_name,
        "start_time": document.start_time.isoformat(),
        "words": " ".join(item.text for item in document.turns("user")),
        "decision_timeline": document.discovered_signals.decision_timeline,
    }


def older(**fields: Any) -> SessionDocument:
    return read_document(as_bytes({"session_id": "call_1", "start_time": "2026-10-08T14:22:41", **fields}), now=NOW)


def said(*items: dict[str, Any]) -> list[str]:
    return [item.text for item in older(transcript=list(items)).transcript]


@pytest.mark.parametrize(("name", "right"), formats().items())
def test_a_document_of_another_writer_is_read_as_it_was_meant(name: str, right: dict[str, Any]) -> None:
    found = facts(read_document((WILD / "formats" / name).read_bytes(), now=LATER))
    assert {fact: found[fact] for fact in right} == right


@pytest.mark.parametrize("name", formats())
def test_it_is_delivered_to_the_key_it_names_and_read_from_there(name: str, tmp_path: Path) -> None:
    store = Store(tmp_path.as_uri())
    delivery = deliver(store, (WILD / "formats" / name).read_bytes(), now=LATER)
    assert delivery.outcome is DeliveryOutcome.STORED
    assert delivery.key is not None
    assert read_document(store.get(delivery.key), now=LATER, key=delivery.key).session_id == delivery.session_id


def test_a_byte_order_mark_inside_gzip_is_no_part_of_the_text_either() -> None:
    body = b"\xef\xbb\xbf" + as_bytes(session("call_1"))
    assert read_document(gzip.compress(body), now=NOW).session_id == peek_identity(body).session_id == "call_1"
    with pytest.raises(Rejected, match="empty"):
        read_document(b"\xef\xbb\xbf\n", now=NOW)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2026-11-20 15:00:00+00", "2026-11-20T15:00:00+00:00"),
        ("2026-11-20 10:00:00.25-05", "2026-11-20T15:00:00.250000+00:00"),
        ("2026-11-20T20:30:00+0530", "2026-11-20T15:00:00+00:00"),
    ],
)
def test_every_time_may_have_an_offset_of_hours_alone(written: str, read_as: str) -> None:
    item = {"id": "a", "role": "user", "text": "yes", "started_at": written, "ended_at": written}
    booking = {"tool": "book_sales_meeting", "timestamp": written, "meeting_time": written}
    fields = {
        "start_time": written,
        "end_time": written,
        "transcript": [item],
        "tool_calls": [booking],
        "errors": [{"timestamp": written}],
    }
    for version in ({"schema_version": 1, "consent": {"obtained": True, "timestamp": written}}, {"consent_timestamp": written}):
        document = read_document(as_bytes({"session_id": "call_1", **fields, **version}), now=NOW)
        (read,), (call,), (error,) = document.transcript, document.bookings, document.errors
        moments = [
            document.start_time,
            document.end_time,
            document.consent.timestamp,
            read.started_at,
            read.ended_at,
            call.timestamp,
        ]
        moments += [call.meeting_time, error.timestamp]
        assert {moment.astimezone(UTC).isoformat() for moment in moments if moment} == {read_as}
        assert None not in moments


@pytest.mark.parametrize(("fields", "test_call"), [({"test_run": False}, False), ({"test_run": None}, False), ({}, False)])
def test_only_a_test_run_is_a_test_call(fields: dict[str, Any], test_call: bool) -> None:
    assert older(**fields).test_call is test_call
    assert older(test_run=True, test_call=False).test_call is older(test_run=False, test_call=True).test_call is True


def test_a_mark_of_a_test_that_is_no_truth_value_is_named() -> None:
    with pytest.raises(Rejected, match="wrong: test_call"):
        older(test_run="yes")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (["Look: ", {"type": "image_content", "image": "data:image/png;base64,AA=="}], ["Look:"]),
        ([{"type": "audio_content", "frame": ["AA=="], "transcript": "Thirteen people."}], ["Thirteen people."]),
        ([{"type": "audio_content", "frame": ["AA=="], "transcript": None}, "Hello."], ["Hello."]),
        (
            [
                {"type": "text", "text": "We are "},
                {"type": "image_url", "image_url": {"url": "x"}},
                {"type": "text", "text": "13."},
            ],
            ["We are 13."],
        ),
        ([{"type": "input_audio", "input_audio": {"data": "AA=="}}], []),
        ([{"id": "img_1", "type": "image_content", "image": "x"}], []),
    ],
)
def test_of_a_message_with_images_and_sound_the_words_are_kept(content: list[Any], words: list[str]) -> None:
    assert said({"role": "user", "content": content}) == words


def test_a_part_of_an_unknown_kind_is_named() -> None:
    with pytest.raises(Rejected, match=r"wrong: transcript\.0\.text"):
        said({"role": "user", "content": ["We are", {"type": "card", "fields": []}]})


@pytest.mark.parametrize("name", ["message", "utterance", "transcript", "content"])
def test_words_under_another_name_are_read(name: str) -> None:
    assert said({"role": "user", name: "We are thirteen."}, {"role": "user", "text": "", name: ["And ", "you?"]}) == [
        "We are thirteen.",
        "And  you?",
    ]


def test_words_under_a_name_that_nobody_knows_are_named_and_not_lost() -> None:
    with pytest.raises(Rejected, match=r"wrong: transcript\.1\.text"):
        said({"role": "bot", "text": "Hello."}, {"role": "user", "gesagt": "We are thirteen."})


def test_a_message_that_says_it_has_no_words_is_left_out() -> None:
    silent = {"role": "assistant", "content": None, "note": "called the search tool", "tool_calls": []}
    assert said(silent, {"role": "assistant", "tool_calls": [{"name": "a b"}]}, {"role": "user", "text": "Yes."}) == ["Yes."]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("evaluating now", "evaluating"),
        ("By the end of this quarter", "this_quarter"),
        ("this_week", "this_week"),
        ("not this week", "not this week"),
        ("this month or next quarter", "this month or next quarter"),
        ("sometime", "sometime"),
    ],
)
def test_a_timeline_in_words_is_read_only_when_it_names_one_period(written: str, read_as: str) -> None:
    signals = older(discovered_signals={"timeline": written}).discovered_signals
    assert signals.decision_timeline == read_as
    assert (signals.model_extra or {}).get("decision_timeline_said") == (written if read_as != written else None)


@pytest.mark.parametrize(
    ("written", "split"),
    [
        ("Robin Sample <robin@a.example>", ("Robin Sample", "robin@a.example")),
        ('"Sample, Robin" <robin@a.example>', ("Sample, Robin", "robin@a.example")),
        ("<robin@a.example>", (None, "robin@a.example")),
        ("robin@a.example", (None, "robin@a.example")),
        ("Robin <at the desk>", (None, "Robin <at the desk>")),
        ("a <b@c.example> <d@e.example>", (None, "a <b@c.example> <d@e.example>")),
    ],
)
def test_an_address_is_read_without_the_name_beside_it(written: str, split: tuple[str | None, str]) -> None:
    assert split_address(written) == split
    booking = {"tool": "book_sales_meeting", "success": True, "customer_email": written}
    for document in (
        older(user_email=written, tool_calls=[booking]),
        read_document(as_bytes(session("c", user_email=written)), now=NOW),
    ):
        assert document.user_email == split[1]
        assert [call.customer_email for call in document.bookings] in ([split[1]], [])


def test_a_name_that_is_given_is_kept_before_that_of_the_address() -> None:
    assert older(user_email="Robin Sample <robin@a.example>", user_name="Robin S.").user_name == "Robin S."
