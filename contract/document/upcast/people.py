"""Upcast session id, e-mail, name and participant."""

from __future__ import annotations

from contract.document.address import split_address
from contract.document.upcast.fields import Fields, in_each, in_section, renamed

_NOTHING = frozenset({"", "unknown", "n/a", "null"})
_IN_METADATA = (
    ("user_email", "user_email"),
    ("email", "user_email"),
    ("user_name", "user_name"),
    ("name", "user_name"),
    ("participant_id", "participant_id"),
)


def empty_texts(document: Fields) -> Fields:
    """Replace "", "unknown" and the like by null at the top, in the signals, the metadata and the tool calls."""
    document = _nothing_is_null(document)
    document = in_section(document, "discovered_signals", _nothing_is_null)
    return in_each(in_section(document, "user_metadata", _nothing_is_null), "tool_calls", _nothing_is_null)


def underscored_session_id(document: Fields) -> Fields:
    """Rename ``_session_id``, as the older agent's recovery path called it."""
    return renamed(document, "_session_id", "session_id")


def identity_in_metadata(document: Fields) -> Fields:
    """Move e-mail, name and participant out of the copied metadata, where they sometimes only were; one copy remains."""
    metadata = document.get("user_metadata")
    if not isinstance(metadata, dict):
        return document
    for older, newer in _IN_METADATA:
        value = metadata.get(older)
        if isinstance(value, str) and document.get(newer) in (None, value):
            document = {**document, newer: value}
            metadata = {name: kept for name, kept in metadata.items() if name != older}
    return {**document, "user_metadata": metadata}


def name_in_address(document: Fields) -> Fields:
    """Take the caller's name out of ``Robin Sample <robin@example.com>`` where no other is given; validation leaves the address."""
    email = document.get("user_email")
    name = split_address(email)[0] if isinstance(email, str) else None
    return {**document, "user_name": name} if name and document.get("user_name") is None else document


def _nothing_is_null(fields: Fields) -> Fields:
    return {
        name: None if isinstance(value, str) and name != "disconnect_reason" and value.strip().lower() in _NOTHING else value
        for name, value in fields.items()
    }
