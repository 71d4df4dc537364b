"""What reading promises of documents that can be read, and of refusals that need more than one file to show."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from contract.document.session import Consent, SessionDocument, TurnTaking
from contract.reading import document_hash, read_document, write_document
from contract.rejections import Rejected, RejectionReason
from tests.contract.samples import CALLS, NOW, as_bytes, raw
from tests.support.bad_documents import reasons

KEY = "sessions/year=2026/month=11/day=20/call_1.json.gz"
START = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)


def places_of(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """The path of every section of the document that has fields of its own, and of every list of such."""
    for name, field in model.model_fields.items():
        inner = [kind for kind in (field.annotation, *get_args(field.annotation)) if isinstance(kind, type)]
        if name == "tool_calls":
            yield f"{above}{name}"
        for kind in inner:
            if issubclass(kind, BaseModel):
                yield f"{above}{name}"
                yield from places_of(kind, f"{above}{name}.")


MODEL_PLACES = sorted(set(places_of(SessionDocument)))
LISTS = ("transcript", "interruptions", "metrics", "tool_calls", "errors")


def document(**fields: Any) -> dict[str, Any]:
    return {"schema_version": 1, "session_id": "call_1", "start_time": "2026-11-20T15:04:05Z", **fields}


def read(now: datetime = NOW, key: str | None = None, **fields: Any) -> SessionDocument:
    return read_document(as_bytes(document(**fields)), now=now, key=key)


def reason_of(now: datetime = NOW, key: str | None = None, **fields: Any) -> RejectionReason:
    with pytest.raises(Rejected) as refusal:
        read(now, key, **fields)
    return refusal.value.reason


@pytest.mark.parametrize("path", CALLS, ids=lambda path: path.stem)
def test_a_sample_call_is_read_written_and_read_as_the_same(path: Any) -> None:
    document = read_document(path.read_bytes(), now=NOW)
    assert document.model_dump(mode="json", exclude_unset=True).keys() == raw(path).keys()
    written = write_document(document)
    again = read_document(written, now=NOW)
    assert again == document
    assert write_document(again) == written
    assert document_hash(again) == document_hash(document)


def test_neither_gzip_level_nor_key_order_nor_offset_changes_the_hash() -> None:
    plain = read()
    for body in (
        gzip.compress(as_bytes(document()), 1),
        gzip.compress(as_bytes(document()), 9),
        as_bytes(dict(reversed(document().items()))),
        as_bytes(document(start_time="2026-11-20T07:04:05.000-08:00", revision=1, errors=[])),
    ):
        assert document_hash(read_document(body, now=NOW)) == document_hash(plain)


@pytest.mark.parametrize(
    "change", [{"revision": 2}, {"complete": False}, {"user_name": "A"}, {"later_field": 1}, {"start_time": "2026-11-20T15:04:06Z"}]
)
def test_every_change_of_content_changes_the_hash(change: dict[str, Any]) -> None:
    assert document_hash(read(**change)) != document_hash(read())


def test_unknown_fields_are_kept_everywhere_whatever_their_names() -> None:
    odd = {"__proto__": {"x": 1}, "model_config": 2, "turns": 3, "_private": 4, "large": 2**70, "deep": [[{"": None}]]}
    item = {"id": "item_000", "role": "user", "text": "hello", **odd}
    body = as_bytes(document(**odd, transcript=[item]))
    read_back = json.loads(gzip.decompress(write_document(read_document(body, now=NOW))))
    assert {name: read_back[name] for name in odd} == odd
    assert {name: read_back["transcript"][0][name] for name in odd} == odd


@pytest.mark.parametrize("version", [1.0, True, 2, "1", None])
def test_only_the_integer_1_is_the_present_version(version: Any) -> None:
    assert reason_of(schema_version=version) is RejectionReason.UNKNOWN_VERSION


@pytest.mark.parametrize("place", ["", *MODEL_PLACES])
def test_an_unknown_field_is_noticed_at_every_level(place: str) -> None:
    fields: dict[str, Any] = document(transcript=[{"id": "item_000", "role": "user", "text": "hello"}])
    assert not read(**fields).has_unknown_fields
    inner = fields
    for name in filter(None, place.split(".")):
        fresh = {"tool": "transfer"} if name == "tool_calls" else {}
        value = inner.setdefault(name, [fresh] if name in LISTS else fresh)
        inner = value[0] if isinstance(value, list) else value
    inner["later_field"] = 1
    assert read(**fields).has_unknown_fields


def test_of_a_key_written_twice_the_last_counts() -> None:
    body = as_bytes(document())[:-1] + b', "user_name": "A", "user_name": "B"}'
    assert read_document(body, now=NOW).user_name == "B"


def test_null_where_there_is_a_default_means_absent() -> None:
    sections = (
        "consent",
        "transcript",
        "metrics",
        "models",
        "connection",
        "tool_calls",
        "errors",
        "turn_taking",
        "disconnect_reason",
        "revision",
    )
    assert document_hash(read(**dict.fromkeys(sections))) == document_hash(read())
    item = {"id": "item_000", "role": "user", "text": "hello"}
    assert read(transcript=[{**item, "interrupted": None, "final": None}]) == read(transcript=[item])
    assert read(discovered_signals={"integration_needs": None}).discovered_signals.integration_needs == ()


def test_a_refusal_of_consent_takes_every_word_out() -> None:
    item = {"id": "item_000", "role": "user", "text": "my secret"}
    refused = read(
        consent={"obtained": False}, transcript=[item], transcript_text="my secret", notes=["my secret"], cost_summary={"total": 1}
    )
    assert refused.transcript == ()
    assert "secret" not in refused.model_dump_json()
    assert (refused.model_extra or {}) == {"cost_summary": {"total": 1}}


@pytest.mark.parametrize("consent", [{"obtained": True}, {"obtained": None}, {}])
def test_without_a_refusal_the_words_stay(consent: dict[str, Any]) -> None:
    item = {"id": "item_000", "role": "user", "text": "hello"}
    assert read(consent=consent, transcript=[item]).transcript[0].text == "hello"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("7", 7),
        ("-0", 0),
        ("6.5", 6),
        ("7.5", 8),
        ("1e3", 1000),
        ("-0.4", 0),
        ("2147483647", 2**31 - 1),
        ("-1", None),
        ("2147483648", None),
        ("true", None),
        ('"7"', None),
    ],
)
def test_a_count_is_an_integer_or_is_rounded_to_one(written: str, read_as: int | None) -> None:
    text = f'{{"turn_count": {written}}}'
    if read_as is not None:
        assert TurnTaking.model_validate_json(text, strict=True).turn_count == read_as
        return
    with pytest.raises(ValidationError) as error:
        TurnTaking.model_validate_json(text, strict=True)
    assert [wrong["loc"] for wrong in error.value.errors()] == [("turn_count",)]


@pytest.mark.parametrize("written", ["2026-11-20T15:04:05Z", "2026-11-20T15:04:05-00:00", "2026-11-20T20:34:05+05:30"])
def test_every_time_is_in_utc(written: str) -> None:
    moment = Consent.model_validate_json(f'{{"timestamp": "{written}"}}', strict=True).timestamp
    assert moment == START
    assert moment is not None
    assert moment.tzinfo is UTC


def test_clocks_may_differ_by_five_minutes() -> None:
    assert read(START - timedelta(minutes=5)).session_id == "call_1"
    assert reason_of(START - timedelta(minutes=5, seconds=1)) is RejectionReason.DATED_IN_FUTURE
    assert reason_of(START, end_time="2026-11-20T15:09:06Z") is RejectionReason.DATED_IN_FUTURE


def test_the_key_must_be_the_one_the_document_names() -> None:
    assert read(key=KEY).session_id == "call_1"
    assert read(key=KEY.removesuffix(".gz")).session_id == "call_1"
    assert reason_of(key=KEY.replace("call_1", "call_2")) is RejectionReason.WRONG_KEY
    assert reason_of(key=KEY.replace("day=20", "day=21")) is RejectionReason.WRONG_KEY
    assert reason_of(key="sessions/call_1.json.gz") is RejectionReason.WRONG_KEY


@pytest.mark.parametrize(
    "key",
    [
        KEY.removesuffix(".json.gz"),
        KEY.removesuffix(".json.gz") + ".gz",
        KEY + ".gz",
        KEY + ".part",
        "more/" + KEY,
        KEY.replace("day=20/", "day=20/more/"),
        KEY.replace("sessions/", "checkpoints/"),
    ],
)
def test_a_key_that_only_resembles_the_documents_own_is_wrong(key: str) -> None:
    assert reason_of(key=key) is RejectionReason.WRONG_KEY


def test_the_day_of_the_key_is_the_utc_day() -> None:
    assert read(key=KEY.replace("day=20", "day=21"), start_time="2026-11-20T20:00:00-08:00").session_id == "call_1"


def test_wrong_fields_are_named_and_at_most_ten_of_them() -> None:
    with pytest.raises(Rejected) as refusal:
        read(duration_seconds="x", connection={"jitter": "secret"})
    assert refusal.value.detail == "wrong: duration_seconds, connection.jitter"
    assert refusal.value.session_id == "call_1"
    many = ("agent_version", "participant_id", "user_email", "user_name")
    with pytest.raises(Rejected) as refusal:
        read(
            **dict.fromkeys(many, 1),
            models={"llm": 1, "stt": 1, "tts": 1},
            connection={"jitter": "", "packet_loss": "", "bandwidth_in": "", "bandwidth_out": ""},
        )
    assert refusal.value.detail.endswith(" and 1 more")
    assert refusal.value.detail.count(",") == 9


@pytest.mark.parametrize("fields", [{"duration_seconds": "my secret"}, {"models": {"llm": ["my secret"]}}, {"errors": "my secret"}])
def test_no_exception_carries_what_a_field_holds(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as error:
        SessionDocument.model_validate_json(as_bytes(document(**fields)), strict=True)
    assert "secret" not in str(error.value)
    with pytest.raises(Rejected, match=f"wrong: {next(iter(fields))}") as refusal:
        read(**fields)
    assert "secret" not in str(refusal.value)


def test_every_reason_that_reading_can_give_is_shown_by_a_test() -> None:
    given_elsewhere = {RejectionReason.ODD_KEY, RejectionReason.COLLISION, RejectionReason.ANALYSIS_FAILED}
    assert {*reasons().values(), RejectionReason.WRONG_KEY} == set(RejectionReason) - given_elsewhere


@pytest.mark.parametrize("reason", list(RejectionReason))
def test_every_refusal_ends_with_what_to_do(reason: RejectionReason) -> None:
    assert str(Rejected(reason, "detail")).endswith(reason.remedy)
    assert reason.remedy.endswith(".")
