"""Split an address as mail programs write it, ``Robin Sample <robin@example.com>``, into the name and the address alone."""

from __future__ import annotations

import re

_WITH_NAME = re.compile(r"""\s*(?P<name>[^<>]{0,200}?)\s*<\s*(?P<address>[^<>\s@]+@[^<>\s@]+)\s*>\s*""")


def split_address(text: str) -> tuple[str | None, str]:
    """Return the name, None where there is none, and the address; any other text is returned as it is, without a name."""
    found = _WITH_NAME.fullmatch(text)
    if found is None:
        return None, text
    return found["name"].strip("\"' ") or None, found["address"]


def address_alone(text: str) -> str:
    return split_address(text)[1]
