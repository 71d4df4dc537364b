"""Reading a session document: any bytes in, a valid version 1 document or a typed ``Rejected`` out, and nothing else.

The order of checks is the order of reasons in ``docs/contract.md``: what it is made of, which version, whose and when, then types.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

from pydantic import ValidationError

from contract.document.canonical import document_hash, write_document
from contract.document.consent import refused, without_words
from contract.document.decompression import MAX_DOCUMENT_BYTES, MAX_STORED_BYTES, decompressed
from contract.document.identity import is_version_0, start_of, upcast_if_needed
from contract.document.keys import FIRST_DAY, day_in_key, day_of, safe_session_id, session_key
from contract.document.leniency import drop_nulls
from contract.document.parsing import Raw, parsed, text_of
from contract.document.session import SCHEMA_VERSION, SessionDocument
from contract.rejections import Rejected, RejectionReason

__all__ = ["MAX_DOCUMENT_BYTES", "MAX_STORED_BYTES", "document_hash", "read_document", "read_parsed", "write_document"]

EARLIEST = datetime.combine(FIRST_DAY, time.min, UTC)
CLOCK_SKEW = timedelta(minutes=5)  # an agent whose clock runs ahead by less is believed; NTP keeps machines within seconds
MAX_NAMED_FIELDS = 10  # fields named in one rejection: enough to correct a writer, short enough for a table

_UNION_TAGS = frozenset({"unleash_search_knowledge", "book_sales_meeting", "other"})


def read_document(body: bytes, *, now: datetime, key: str | None = None) -> SessionDocument:
    """The document in ``body`` (gzip or plain JSON, version 0 or 1). With ``key`` it must also be the one the key names.

    A caller who refused consent leaves no words: the transcript is emptied here and nothing later can see it.
    """
    with _limits_as_rejections():
        text = decompressed(body)
        return _read(text, parsed(text), now, key)


def read_parsed(text: bytes, raw: Raw, *, now: datetime) -> SessionDocument:
    """As ``read_document``, for plain JSON ``text`` that is already parsed to ``raw``."""
    with _limits_as_rejections():
        return _read(text, raw, now, None)


@contextmanager
def _limits_as_rejections() -> Generator[None]:
    try:
        yield
    except RecursionError:
        raise Rejected(RejectionReason.BAD_JSON, "nested too deeply") from None
    except MemoryError:
        raise Rejected(RejectionReason.TOO_LARGE, "it does not fit into memory") from None


def _read(text: bytes, raw: Raw, now: datetime, key: str | None) -> SessionDocument:
    document = None if _is_older(raw) else _as_written(text)
    upcasted = raw if document else upcast_if_needed(raw)
    session_id = safe_session_id(upcasted.get("session_id"))
    try:
        _check_start(start_of(upcasted), now)
        document = document or _leniently(text, upcasted, raw)
        _check_end(document, now)
        _check_key(document, key)
    except Rejected as rejected:
        rejected.session_id = session_id
        raise
    return document


def _as_written(text: bytes) -> SessionDocument | None:
    """Return a document that validates without any leniency and loses nothing to a refusal; None for every other one.

    With an unknown field none is returned either, since its name may be one that leniency looks for. Nearly all documents are
    taken so: looking for every habit of other writers took 87 µs of an ordinary call's 300.
    """
    try:
        document = SessionDocument.model_validate_json(text, strict=True)
    except ValidationError:
        return None
    return document if document.words_kept and not document.has_unknown_fields else None


def _leniently(text: bytes, upcasted: Raw, raw: Raw) -> SessionDocument:
    wanted = drop_nulls(upcasted)
    wanted = without_words(wanted) if refused(wanted) else wanted
    return _validated(text if wanted is raw else text_of(wanted))


def _is_older(raw: Raw) -> bool:
    """Return whether it is version 0; raise ``Rejected`` for what is neither that nor the present version."""
    if is_version_0(raw):
        return True
    if type(version := raw["schema_version"]) is int and version == SCHEMA_VERSION:
        return False
    raise Rejected(RejectionReason.UNKNOWN_VERSION, "schema_version is not 1")


def _validated(text: bytes) -> SessionDocument:
    """Strict types: a number in quotes or a truth value for a number is an error of the writer. The parser stops at 200 levels."""
    try:
        return SessionDocument.model_validate_json(text, strict=True)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
    if any(e["type"] == "json_invalid" for e in errors):
        raise Rejected(RejectionReason.BAD_JSON, "nested too deeply, or a number too long")
    fields = [_path(e["loc"]) for e in errors]
    if "start_time" in fields:
        raise Rejected(RejectionReason.BAD_START_TIME, "start_time is not ISO 8601 with an offset")
    more = f" and {len(fields) - MAX_NAMED_FIELDS} more" if len(fields) > MAX_NAMED_FIELDS else ""
    raise Rejected(RejectionReason.WRONG_TYPES, f"wrong: {', '.join(fields[:MAX_NAMED_FIELDS])}{more}")


def _path(location: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in location if part not in _UNION_TAGS) or "document"


def _check_start(start: datetime, now: datetime) -> None:
    if start < EARLIEST:
        raise Rejected(RejectionReason.DATED_BEFORE_2020, "start_time is before 2020")
    if start > now + CLOCK_SKEW:
        raise Rejected(RejectionReason.DATED_IN_FUTURE, "start_time is in the future")


def _check_end(document: SessionDocument, now: datetime) -> None:
    if document.end_time is not None and document.end_time > now + CLOCK_SKEW:
        raise Rejected(RejectionReason.DATED_IN_FUTURE, "end_time is in the future")


def _check_key(document: SessionDocument, key: str | None) -> None:
    if key is None:
        return
    own = session_key(document.session_id, document.start_time)
    if key in (own, own.removesuffix(".gz")):
        return
    if day_in_key(key) != day_of(document.start_time):
        raise Rejected(RejectionReason.WRONG_KEY, "the key names another day than start_time")
    raise Rejected(RejectionReason.WRONG_KEY, "the key names another session_id, or not <session_id>.json.gz or .json")
