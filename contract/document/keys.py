"""Build each object's key under the store's root, and check ids that become part of a path (contract: 'Where objects lie')."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from contract.platform.listing import is_addressable
from contract.rejections import Rejected, RejectionReason

SESSIONS = "sessions"
STARTS = "starts"
CHECKPOINTS = "checkpoints"
REJECTED = "rejected"
ROOMS = "rooms"
HISTORY = "history"
LAKE = "lake"
QUARANTINE = "quarantine"

FIRST_DAY = date(2020, 1, 1)
"""The earliest UTC day a call may have (spec README: 8.2). Partitions start later: at ``VOICE_FIRST_DAY``."""

_SAFE_ID = re.compile(r"[A-Za-z0-9_.-]{1,200}", re.ASCII)
_DAY = re.compile(r"/year=(\d{4})/month=(\d{2})/day=(\d{2})/")


def safe_session_id(session_id: object) -> str:
    """Return the id when it can safely name an object, else raise ``Rejected``; ``..`` and ``.`` are paths, not names."""
    if isinstance(session_id, str) and _SAFE_ID.fullmatch(session_id) and session_id.strip("."):
        return session_id
    raise Rejected(RejectionReason.BAD_SESSION_ID, "session_id is missing or not [A-Za-z0-9_.-]{1,200}")


def day_of(start_time: datetime) -> date:
    """Return the UTC date a call belongs to, whatever offset its start was written in."""
    return start_time.astimezone(UTC).date()


def day_prefix(root: str, day: date) -> str:
    return f"{root}/year={day.year:04d}/month={day.month:02d}/day={day.day:02d}/"


def session_key(session_id: str, start_time: datetime) -> str:
    return f"{day_prefix(SESSIONS, day_of(start_time))}{safe_session_id(session_id)}.json.gz"


def start_key(session_id: str, start_time: datetime) -> str:
    return f"{day_prefix(STARTS, day_of(start_time))}{safe_session_id(session_id)}.json"


def checkpoint_key(session_id: str) -> str:
    return f"{CHECKPOINTS}/{safe_session_id(session_id)}.json.gz"


def room_key(session_id: str) -> str:
    return f"{ROOMS}/{safe_session_id(session_id)}.json"


def id_with_start(session_id: str, start_time: datetime) -> str:
    """Append the start in milliseconds since 1970 to an id that another call has, which makes it unique."""
    return f"{session_id[:180]}_{int(start_time.timestamp() * 1000)}"


def rejected_key(doc_sha: str) -> str:
    return f"{REJECTED}/{doc_sha}"


def history_prefix(name: str) -> str:
    """Return the folder of the kept files of this name, such as ``samples.jsonl``."""
    return f"{HISTORY}/{name}/"


def history_key(name: str, content_sha: str) -> str:
    return f"{history_prefix(name)}{content_sha}.gz"


def day_in_key(key: str) -> date | None:
    """Return the day of a ``…/year=/month=/day=/…`` key, or None when it names no real one."""
    match = _DAY.search(key)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def check_key(key: str) -> None:
    """Raise ``Rejected`` for the key of an object that is never read: no client can, or the name is not that of a document."""
    if not is_addressable(key):
        raise Rejected(RejectionReason.ODD_KEY, "the key has an empty segment, '.', '..', a control character or is not UTF-8")
    if key.startswith(f"{SESSIONS}/") and not key.endswith((".json.gz", ".json")):
        raise Rejected(RejectionReason.ODD_KEY, "the key ends in neither .json.gz nor .json")


def session_in_key(key: str) -> str | None:
    """Return the session id in an object's name, or None when the name is no id (it may hold anything, also personal data)."""
    name = key.rsplit("/", 1)[-1].removesuffix(".gz").removesuffix(".json")
    return name if _SAFE_ID.fullmatch(name) and name.strip(".") else None
