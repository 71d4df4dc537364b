"""Who a document says it is, before anything else about it is believed: enough to key it, to order it and to refuse it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from contract.document.decompression import decompressed
from contract.document.keys import safe_session_id, session_key
from contract.document.parsing import Raw, parsed
from contract.document.upcast import upcast
from contract.rejections import Rejected, RejectionReason

_MOMENT = TypeAdapter(AwareDatetime)
_YEAR_AND_DASH = 5


@dataclass(frozen=True, slots=True)
class SessionIdentity:
    """Documents of one session are ordered: a higher revision wins, then a complete one over an incomplete one."""

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
        """Two calls under one id: another participant, or another start."""
        strangers = self.participant_id and other.participant_id and self.participant_id != other.participant_id
        return bool(strangers) or self.start_time != other.start_time


def start_of(document: Raw) -> datetime:
    """``start_time`` in UTC. A bare number in quotes is not ISO 8601, though parsers like to take it for seconds."""
    written = document.get("start_time")
    try:
        if isinstance(written, str) and written[:_YEAR_AND_DASH].endswith("-"):
            return _MOMENT.validate_python(written).astimezone(UTC)
    except (ValidationError, OverflowError):
        pass
    raise Rejected(RejectionReason.BAD_START_TIME, "start_time is missing or not ISO 8601 with an offset")


def is_version_0(document: Raw) -> bool:
    """The agent before this platform wrote no ``schema_version`` at all."""
    return "schema_version" not in document


def peek_identity(body: bytes) -> SessionIdentity:
    """The identity of a stored or arriving document without validating the rest; ``Rejected`` when it cannot be keyed."""
    return identity_of(upcast_if_needed(parsed(decompressed(body))))


def upcast_if_needed(document: Raw) -> Raw:
    """A version 0 document as version 1; any other as it is."""
    return upcast(document) if is_version_0(document) else document


def identity_of(document: Raw) -> SessionIdentity:
    """What a version 1 (or later) document says of itself; a rank of the wrong type counts as the lowest."""
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
