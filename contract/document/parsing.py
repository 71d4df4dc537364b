"""Parse and write JSON strictly: no NaN, no infinity, no broken Unicode, and only as deep as can be written again."""

from __future__ import annotations

from typing import Any

import orjson

from contract.rejections import Rejected, RejectionReason

Raw = dict[str, Any]

MAX_CONTAINERS = 200_000
"""Lists and objects in one document (contract: ``too_large``): twenty times those of a day-long call."""


def parsed(text: bytes) -> Raw:
    """Return the JSON object in ``text``; raise ``Rejected`` with ``bad_json`` or ``not_an_object`` otherwise.

    A day-long call has some ten thousand lists and objects. Millions of empty ones fit into 20 MB of text and take gigabytes of
    memory, so the brackets are counted first, unless there are fewer characters than allowed brackets.
    """
    if len(text) > MAX_CONTAINERS and text.count(b"[") + text.count(b"{") > MAX_CONTAINERS:
        raise Rejected(RejectionReason.TOO_LARGE, f"more than {MAX_CONTAINERS} lists and objects")
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Rejected(RejectionReason.BAD_JSON, f"not valid JSON at character {error.pos}") from None
    if not isinstance(document, dict):
        raise Rejected(RejectionReason.NOT_AN_OBJECT, f"the top level is a {type(document).__name__}")
    return document


def text_of(document: Raw) -> bytes:
    """Write the object as JSON again; the writer stops at 254 levels, and reading refuses 200 already."""
    try:
        return orjson.dumps(document)
    except TypeError:
        raise Rejected(RejectionReason.BAD_JSON, "nested too deeply") from None
