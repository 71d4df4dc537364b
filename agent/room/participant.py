"""Read the caller's identity from what the join token put on the participant (spec 1.1 and 1.6); all of it is untrusted."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

EMAIL_KEYS = ("user_email", "email")
NAME_KEYS = ("user_name", "name")
FIRST_NAME, LAST_NAME = "first_name", "last_name"
BROWSER, OS, REGION, LOCATION = "browser", "os", "region", "location"

MAX_METADATA = 16_384
"""Characters of JSON metadata that are parsed: an e-mail and a name need a few hundred, and the text is untrusted."""
MAX_TEXT = 200
"""Characters kept of a name, a browser or a place."""
MAX_EMAIL = 254
"""Characters of an e-mail address (RFC 5321, 4.5.3.1.3, as corrected by erratum 1690)."""

_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}", re.A
)
_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>?")


@dataclass(frozen=True, slots=True)
class CallerIdentity:
    """Hold what is known of a caller; None is not known. ``browser``, ``os`` and ``location`` come from the token's attributes."""

    participant_id: str | None
    email: str | None
    name: str | None
    browser: str | None
    os: str | None
    location: str | None


def caller_of(participant_id: object, name: object, metadata: object, attributes: object) -> CallerIdentity:
    """Read the caller from a participant's four fields, whatever they hold. Never raises; what cannot be used is None."""
    told = _metadata(metadata)
    given = cast(Mapping[Any, Any], attributes) if isinstance(attributes, Mapping) else {}
    return CallerIdentity(
        participant_id=plain_text(participant_id),
        email=next(filter(None, (email_address(told.get(key)) for key in EMAIL_KEYS)), None),
        name=_name(told) or plain_text(name),
        browser=plain_text(given.get(BROWSER)),
        os=plain_text(given.get(OS)),
        location=plain_text(given.get(REGION)) or plain_text(given.get(LOCATION)),
    )


def email_address(value: object) -> str | None:
    """Return the address without surrounding space, or None when it is invalid (RFC 5321: at most 254 characters)."""
    address = value.strip() if isinstance(value, str) and len(value) <= 2 * MAX_EMAIL else ""
    return address if len(address) <= MAX_EMAIL and _EMAIL.fullmatch(address) else None


def plain_text(value: object, limit: int = MAX_TEXT) -> str | None:
    """Reduce to one line of at most ``limit`` characters without markup and control characters; None when nothing is left."""
    if not isinstance(value, str):
        return None
    text = html.unescape(value[: 20 * limit])
    text = _MARKUP.sub(" ", _HIDDEN.sub(" ", text))
    shown = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(shown.split())[:limit].strip() or None


def _metadata(metadata: object) -> dict[str, Any]:
    if not isinstance(metadata, str) or len(metadata) > MAX_METADATA:
        return {}
    try:
        told = json.loads(metadata)
    except (ValueError, RecursionError):
        return {}
    return cast(dict[str, Any], told) if isinstance(told, dict) else {}


def _name(told: Mapping[str, Any]) -> str | None:
    whole = next(filter(None, (plain_text(told.get(key)) for key in NAME_KEYS)), None)
    parts = (plain_text(told.get(FIRST_NAME)), plain_text(told.get(LAST_NAME)))
    return whole or plain_text(" ".join(filter(None, parts)))
