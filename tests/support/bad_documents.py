"""A folder of bad input, one file per way to be bad, and one good document among them.

``BAD_DOCUMENTS_READ_AT`` is a moment at which the good one lies in the past; ``reasons()`` says what reading gives for each file.
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

from contract.rejections import RejectionReason

BAD_DOCUMENTS_READ_AT = datetime(2026, 11, 26, 12, tzinfo=UTC)
GOOD = "good.json.gz"

_MEGABYTE = 2**20
_PLAIN = {
    "schema_version": 1,
    "session_id": "good",
    "start_time": "2026-11-20T15:04:05.120Z",
    "end_time": "2026-11-20T15:05:05Z",
    "participant_id": "PA_good",
    "user_email": "dana@northlight.example",
    "consent": {"obtained": True},
    "transcript": [
        {"id": "item_000", "role": "agent", "text": "Hi, what brings you here?"},
        {"id": "item_001", "role": "user", "text": "We are twelve people and send two hundred quotes a month."},
    ],
}


def bad_documents() -> dict[str, bytes]:
    """File names with their bytes; all but ``GOOD`` are refused when read."""
    return {name: body for name, (body, _) in _cases().items()}


def reasons() -> dict[str, RejectionReason]:
    """What is wrong with each, by file name."""
    return {name: reason for name, (_, reason) in _cases().items() if reason}


def keyable() -> set[str]:
    """The bad ones that still say which call of which day they are: these have a key under ``sessions/``."""
    ids_and_dates = {RejectionReason.WRONG_TYPES, RejectionReason.DATED_BEFORE_2020, RejectionReason.DATED_IN_FUTURE}
    return {name for name, reason in reasons().items() if reason in ids_and_dates or name.startswith(("version_", "nested_300"))}


@cache
def _cases() -> dict[str, tuple[bytes, RejectionReason | None]]:
    return _broken_bytes() | _broken_json() | _wrong_types() | _unusable_identities() | {GOOD: (_packed(_PLAIN), None)}


def _document(name: str, **fields: Any) -> dict[str, Any]:
    return {**_PLAIN, "session_id": name, **fields}


def _json(document: Any) -> bytes:
    return json.dumps(document).encode()


def _packed(document: Any) -> bytes:
    return gzip.compress(_json(document), mtime=0)


def _with_raw(name: str, field: str, literal: bytes) -> bytes:
    """A document with one field written literally, for values Python's writer would not produce."""
    return _json(_document(name))[:-1] + b', "' + field.encode() + b'": ' + literal + b"}"


def _broken_bytes() -> dict[str, tuple[bytes, RejectionReason | None]]:
    whole = _packed(_document("cut"))
    talkative = [{"id": f"item_{n}", "role": "user", "text": "word " * (_MEGABYTE // 5)} for n in range(21)]
    return {
        "empty.json": (b"", RejectionReason.EMPTY),
        "empty.json.gz": (gzip.compress(b"", mtime=0), RejectionReason.EMPTY),
        "only_spaces.json": (b" \n\t ", RejectionReason.EMPTY),
        "cut.json.gz": (whole[: len(whole) // 2], RejectionReason.BAD_GZIP),
        "cut_checksum.json.gz": (whole[:-4], RejectionReason.BAD_GZIP),
        "flipped.json.gz": (whole[:40] + bytes([whole[40] ^ 0xFF]) + whole[41:], RejectionReason.BAD_GZIP),
        "trailing_garbage.json.gz": (whole + b"garbage", RejectionReason.BAD_GZIP),
        "magic_only.json.gz": (b"\x1f\x8b", RejectionReason.BAD_GZIP),
        "bomb.json.gz": (gzip.compress(b" " * (64 * _MEGABYTE), mtime=0), RejectionReason.TOO_LARGE),
        "transcript_of_21_mb.json.gz": (_packed(_document("transcript_of_21_mb", transcript=talkative)), RejectionReason.TOO_LARGE),
        "transcript_of_21_mb.json": (_json(_document("transcript_of_21_mb", transcript=talkative)), RejectionReason.TOO_LARGE),
    }


def _broken_json() -> dict[str, tuple[bytes, RejectionReason | None]]:
    bad = RejectionReason.BAD_JSON
    return {
        "cut.json": (_json(_document("cut"))[:-20], bad),
        "not_json.json": (b"session_id: call_1\n", bad),
        "latin_1.json": (json.dumps(_document("latin_1", user_name="José"), ensure_ascii=False).encode("latin-1"), bad),
        "zeros.json": (bytes(1000), bad),
        "nan.json": (_with_raw("nan", "duration_seconds", b"NaN"), bad),
        "infinity.json": (_with_raw("infinity", "note", b"-Infinity"), bad),
        "number_1e999.json": (_with_raw("number_1e999", "duration_seconds", b"1e999"), bad),
        "number_of_400_digits.json": (_with_raw("number_of_400_digits", "note", b"9" * 400), bad),
        "number_of_10000_digits.json": (_with_raw("number_of_10000_digits", "duration_seconds", b"9" * 10_000), bad),
        "lone_surrogate.json": (_with_raw("lone_surrogate", "user_name", b'"\\ud83d"'), bad),
        "nested_300.json": (_with_raw("nested_300", "note", b"[" * 300 + b"]" * 300), bad),
        "nested_100000.json": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, bad),
        "two_documents.json": (_json(_document("two")) + b"\n" + _json(_document("documents")), bad),
        "list.json": (_json([_document("list")]), RejectionReason.NOT_AN_OBJECT),
        "text.json": (b'"call_1"', RejectionReason.NOT_AN_OBJECT),
        "null.json": (b"null", RejectionReason.NOT_AN_OBJECT),
    }


def _wrong_types() -> dict[str, tuple[bytes, RejectionReason | None]]:
    item = {"id": "item_000", "role": "user", "text": "hello"}
    fields: dict[str, dict[str, Any]] = {
        "transcript_as_text": {"transcript": "hello"},
        "transcript_of_numbers": {"transcript": [1, 2, 3]},
        "transcript_of_a_million_numbers": {"transcript": [1] * 1_000_000},
        "words_as_number": {"transcript": [{**item, "text": 12}]},
        "unknown_role": {"transcript": [{**item, "role": "narrator"}]},
        "item_without_id": {"transcript": [{"role": "user", "text": "hello"}]},
        "item_time_without_offset": {"transcript": [{**item, "started_at": "2026-11-20T15:04:05"}]},
        "item_time_outside_calendar": {"transcript": [{**item, "ended_at": "9999-12-31T23:59:59-14:00"}]},
        "duration_negative": {"duration_seconds": -1},
        "duration_true": {"duration_seconds": True},
        "duration_in_quotes": {"duration_seconds": "336"},
        "duration_huge": {"duration_seconds": 10**300},
        "email_as_list": {"user_email": ["dana@northlight.example"]},
        "consent_as_text": {"consent": {"obtained": "yes"}},
        "metrics_as_object": {"metrics": {"llm_ttft": 480}},
        "signals_as_list": {"discovered_signals": ["team_size"]},
        "tool_without_name": {"tool_calls": [{"query": "pricing"}]},
        "revision_zero": {"revision": 0},
        "unknown_reason": {"disconnect_reason": "bored"},
    }
    cases = {f"{name}.json.gz": (_packed(_document(name, **wrong)), RejectionReason.WRONG_TYPES) for name, wrong in fields.items()}
    literal = _with_raw("packet_loss_1e300", "connection", b'{"packet_loss": 1e300}')
    return {**cases, "packet_loss_1e300.json": (literal, RejectionReason.WRONG_TYPES)}


def _unusable_identities() -> dict[str, tuple[bytes, RejectionReason | None]]:
    bad_id, bad_start = RejectionReason.BAD_SESSION_ID, RejectionReason.BAD_START_TIME
    ids = {"climbing": "../../x", "absolute": "/etc/passwd", "dots": "..", "nothing": "", "long": "x" * 201, "spaced": "a b",
           "newline": "call\n", "number": 7, "zero_byte": "a\0b", "accents": "séance", "percent": "..%2f..%2fx"}  # fmt: skip
    starts = {
        "missing": None,
        "text": "yesterday",
        "naive": "2026-11-20T15:04:05",
        "seconds": 1795187045,
        "seconds_in_quotes": "1795187045",
        "outside_calendar": "9999-12-31T23:59:59-14:00",
        "thirteenth_month": "2026-13-01T00:00:00Z",
    }
    dated = {
        "1970": ("1970-01-01T00:00:00Z", RejectionReason.DATED_BEFORE_2020),
        "0001": ("0001-01-01T00:00:00Z", RejectionReason.DATED_BEFORE_2020),
        "2999": ("2999-01-01T00:00:00Z", RejectionReason.DATED_IN_FUTURE),
    }
    versions = {"2": 2, "0": 0, "text": "1", "true": True, "null": None, "fraction": 1.5}
    future_end = _document("end_in_2999", end_time="2999-01-01T00:00:00Z")
    return {
        **{f"id_{name}.json": (_json(_document("x", session_id=value)), bad_id) for name, value in ids.items()},
        "id_absent.json": (_json({k: v for k, v in _PLAIN.items() if k != "session_id"}), bad_id),
        **{
            f"start_{name}.json": (_json(_document(f"start_{name}", start_time=value)), bad_start) for name, value in starts.items()
        },
        **{f"dated_{year}.json": (_json(_document(f"dated_{year}", start_time=at)), why) for year, (at, why) in dated.items()},
        "end_in_2999.json": (_json(future_end), RejectionReason.DATED_IN_FUTURE),
        **{
            f"version_{name}.json": (_json(_document(f"version_{name}", schema_version=value)), RejectionReason.UNKNOWN_VERSION)
            for name, value in versions.items()
        },
    }
