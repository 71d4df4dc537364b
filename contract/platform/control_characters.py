"""Make characters that steer a terminal, or reverse the order of a text, harmless. Callers' names and words may hold any."""

from __future__ import annotations

import re

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""All of Unicode's class Cc but tab and line feed, and marks of direction and of lines."""
_SYMBOLS = 0x2400  # code point of the picture of NUL: those of the other 31 follow in order
_DELETE, _PICTURE_OF_DELETE = 0x7F, "\u2421"
_REPLACEMENT = "\ufffd"


def visible(text: str) -> str:
    """Show each control character as its symbol (``␛``), or as ``�`` where Unicode has none; lengths stay."""
    return _CONTROLS.sub(lambda found: _symbol(ord(found[0])), text)


def without_controls(text: str) -> str:
    """Return the text without control characters; tabs and line feeds stay."""
    return _CONTROLS.sub("", text)


def _symbol(code: int) -> str:
    if code == _DELETE:
        return _PICTURE_OF_DELETE
    return chr(_SYMBOLS + code) if code < ord(" ") else _REPLACEMENT
