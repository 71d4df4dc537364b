"""Reading survives anything: a document or a typed refusal, never another exception."""

from __future__ import annotations

import gzip
import json
import zlib
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract import reading
from contract.document.canonical import canonical_json
from contract.document.delivery import DeliveryOutcome, deliver
from contract.document.session import SessionDocument
from contract.document.upcast import STEPS
from contract.document.upcast.fields import Step
from contract.platform.store import Store
from contract.reading import document_hash, read_document, write_document
from contract.rejections import Rejected
from tests.contract.samples import CALLS, LEGACY, NOW, raw

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ORIGINALS = [raw(path) for path in (*CALLS[:6], *LEGACY)]
ODD_NAMES = st.sampled_from(
    ["__proto__", "__class__", "__dict__", "model_config", "model_dump", "turns", "words_kept", "_session_id", "schema_version", ""]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(
        [10**400, -(2**63), 2**64, 1e308, "1e999", "2026-11-20T15:04:05Z", "9999-12-31T23:59:59-14:00", "\ud800", "../../x"]
    ),
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.text(max_size=8), ODD_NAMES), inner, max_size=4)
    ),
)
FIELD_NAMES = st.sampled_from(sorted({name for original in ORIGINALS for name in original}))


def read_or_refused(body: bytes) -> SessionDocument | None:
    try:
        return read_document(body, now=NOW)
    except Rejected:
        return None


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a document with each of its keys or positions."""
    found: list[tuple[Any, Any]] = []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in inner:
        found.append((value, name))
        found.extend(places(child))
    return found


@st.composite
def damaged_documents(draw: st.DrawFn) -> dict[str, Any]:
    document = deepcopy(draw(st.sampled_from(ORIGINALS)))
    for _ in range(draw(st.integers(1, 3))):
        container, name = draw(st.sampled_from(places(document)))
        container[name] = draw(ANY_JSON)
    return document


@UNTIMED
@given(st.binary(max_size=300))
def test_any_bytes(body: bytes) -> None:
    read_or_refused(body)


@UNTIMED
@given(st.binary(max_size=300), st.integers(0, 40))
def test_any_bytes_in_gzip_whole_or_cut(content: bytes, missing: int) -> None:
    packed = gzip.compress(content)
    read_or_refused(packed[: len(packed) - missing])


@UNTIMED
@given(ANY_JSON)
def test_any_json(value: object) -> None:
    read_or_refused(json.dumps(value).encode())


@UNTIMED
@given(st.dictionaries(st.one_of(FIELD_NAMES, ODD_NAMES), ANY_JSON, max_size=8), st.booleans())
def test_any_json_under_the_names_of_the_contract(fields: dict[str, Any], versioned: bool) -> None:
    known = {"session_id": "call_1", "start_time": "2026-11-20T15:04:05Z"} | ({"schema_version": 1} if versioned else {})
    read_or_refused(json.dumps(fields | known).encode())


@UNTIMED
@given(damaged_documents())
def test_damaged_samples_are_read_or_refused_and_what_is_read_stays_the_same(document: dict[str, Any]) -> None:
    read = read_or_refused(json.dumps(document).encode())
    if read is not None:
        again = read_document(write_document(read), now=NOW)
        assert again == read
        assert document_hash(again) == document_hash(read)


def outcome(body: bytes) -> tuple[object, ...]:
    try:
        document = read_document(body, now=NOW)
    except Rejected as rejected:
        return rejected.reason, rejected.detail, rejected.session_id
    return repr(document), canonical_json(document)


def outcome_without_the_short_way(body: bytes) -> tuple[object, ...]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reading, "_as_written", lambda text: None)
        return outcome(body)


@UNTIMED
@given(damaged_documents())
def test_the_short_way_of_reading_gives_what_the_long_way_gives(document: dict[str, Any]) -> None:
    body = json.dumps(document).encode()
    assert outcome(body) == outcome_without_the_short_way(body)


@pytest.mark.parametrize(
    "field",
    [
        b'"interrupted": null',
        b'"consent_timestamp": "2026-11-20T15:04:05+00"',
        b'"tool_calls": [{"tool": "transfer", "meeting_time": "2026-11-20T15:04:05+01"}]',
        b'"discovered_signals": {"models": null}',
        b'"connection": {"device_info": null}',
        b'"consent": {"obtained": false}, "later_field": "a word"',
        b'"consent": {"obtained": false}, "transcript": [{"id": "item_000", "role": "user", "text": "a word"}]',
        b'"errors": NaN, "errors": []',
        b'"later_field": 1e999',
        b'"end_time": "2026-11-20T15:04:05+00"',
        b'"start_time": "1700000000"',
        b'"session_id": ".."',
    ],
)
def test_what_only_the_long_way_sees_is_left_to_it(field: bytes) -> None:
    body = b'{"schema_version": 1, "session_id": "call_1", "start_time": "2026-11-20T15:04:05Z", ' + field + b"}"
    assert outcome(body) == outcome_without_the_short_way(body)


@UNTIMED
@given(damaged_documents())
def test_the_canonical_writer_writes_what_pydantic_would(document: dict[str, Any]) -> None:
    read = read_or_refused(json.dumps(document).encode())
    if read is not None:
        by_pydantic = json.dumps(read.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert json.loads(canonical_json(read)) == json.loads(by_pydantic)


@UNTIMED
@given(damaged_documents(), st.sampled_from(STEPS))
def test_every_step_of_bringing_up_survives_damage_and_changes_nothing_in_place(document: dict[str, Any], step: Step) -> None:
    before = deepcopy(document)
    assert isinstance(step(document), dict)
    assert repr(document) == repr(before)


@UNTIMED
@given(body=st.one_of(st.binary(max_size=100), damaged_documents().map(lambda document: json.dumps(document).encode())))
def test_anything_can_be_delivered_and_delivered_again(body: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    store = Store(tmp_path_factory.mktemp("store").as_uri())
    first, second = deliver(store, body, now=NOW), deliver(store, body, now=NOW)
    assert first.key == second.key
    assert (first.outcome, second.outcome) in [
        (DeliveryOutcome.STORED, DeliveryOutcome.UNCHANGED),
        (DeliveryOutcome.UNKEYABLE, DeliveryOutcome.UNKEYABLE),
    ]


def test_a_megabyte_of_empty_gzip_members_is_refused() -> None:
    with pytest.raises(Rejected, match="empty"):
        read_document(gzip.compress(b"") * 50_000, now=NOW)


def test_a_document_in_several_gzip_members_is_read() -> None:
    body = CALLS[0].read_bytes()
    parts = b"".join(gzip.compress(body[start : start + 1000]) for start in range(0, len(body), 1000))
    assert read_document(parts, now=NOW) == read_document(body, now=NOW)


def test_a_document_of_almost_20_mb_is_read() -> None:
    document = {**raw(CALLS[0]), "note": "x" * (19 * 2**20)}
    assert read_document(gzip.compress(json.dumps(document).encode(), 1), now=NOW).session_id == document["session_id"]


def test_a_bomb_in_the_second_gzip_member_is_refused() -> None:
    bomb = zlib.compressobj(wbits=31)
    body = gzip.compress(b"{") + bomb.compress(b" " * (64 * 2**20)) + bomb.flush()
    with pytest.raises(Rejected, match="too_large"):
        read_document(body, now=NOW)
