"""Read a document's identity before the rest is validated: enough to key it, to order it and to refuse it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from contract.document.decompression import decompressed
from contract.document.keys import safe_session_id, session_key
from contract.document.leniency import full_offsets, with_minutes
from contract.document.parsing import Raw, parsed
from contract.document.upcast import upcast
from contract.rejections import Rejected, RejectionReason

_MOMENT = TypeAdapter(AwareDatetime)
_YEAR_AND_DASH = 5
"""Characters of an ISO 8601 time up to the dash after the year ('2026-')."""


@dataclass(frozen=True, slots=True)
class SessionIdentity:
    """Identify a document. Of one session a higher revision wins, then a complete document over an incomplete one."""

    session_id: str
    start_time: datetime
    revision: int
    complete: bool
    participant_id: str | None
    agent_version: str | None

    @property
    def key(self) -> str:
        return session_key(self.session_id, self.start_time)

    def is_another_call(self, other: SessionIdentity) -> bool:
        """Return whether two calls share one id: their participants differ, or their starts."""
        strangers = self.participant_id and other.participant_id and self.participant_id != other.participant_id
        return bool(strangers) or self.start_time != other.start_time


def start_of(document: Raw) -> datetime:
    """Return ``start_time`` in UTC. A bare number in quotes is not ISO 8601, though parsers may take it for seconds."""
    written = with_minutes(document, ("start_time",)).get("start_time")
    try:
        if isinstance(written, str) and written[:_YEAR_AND_DASH].endswith("-"):
            return _MOMENT.validate_python(written).astimezone(UTC)
    except (ValidationError, OverflowError):
        pass
    raise Rejected(RejectionReason.BAD_START_TIME, "start_time is missing or not ISO 8601 with an offset")


def is_version_0(document: Raw) -> bool:
    """Return whether it is version 0: the agent before this platform wrote no ``schema_version``."""
    return "schema_version" not in document


def peek_identity(body: bytes) -> SessionIdentity:
    """Read the identity of a document without validating the rest; raise ``Rejected`` when it cannot be keyed."""
    return identity_of(current_version(parsed(decompressed(body))))


def current_version(document: Raw) -> Raw:
    """Return a version 0 document as version 1, any other as it is."""
    return upcast(document) if is_version_0(document) else document


def upcast_if_needed(document: Raw) -> Raw:
    """Return the document as version 1 whose times have full offsets, as validation needs them (``full_offsets``)."""
    return full_offsets(current_version(document))


def identity_of(document: Raw) -> SessionIdentity:
    """Read the identity of a version 1 (or later) document; a ``revision`` of the wrong type counts as 1."""
    session_id = safe_session_id(document.get("session_id"))
    revision = document.get("revision")
    return SessionIdentity(
        session_id=session_id,
        start_time=start_of(document),
        revision=revision if isinstance(revision, int) and revision > 1 else 1,
        complete=document.get("complete") is not False,
        participant_id=_text(document.get("participant_id")),
        agent_version=_text(document.get("agent_version")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
