"""One serialisation per content: whatever the order of keys, the gzip level or the offsets, equal documents are equal bytes."""

from __future__ import annotations

import gzip
import json
from hashlib import sha256

import orjson

from contract.document.session import SessionDocument

_LEVEL = 6


def canonical_json(document: SessionDocument) -> bytes:
    """Version 1 with every default written out, UTC times and sorted keys. Whole numbers beyond 64 bits take the slower writer."""
    fields = document.model_dump(mode="json")
    try:
        return orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def document_hash(document: SessionDocument) -> str:
    """SHA-256 of the content: what tells a document sent twice from a changed one."""
    return sha256(canonical_json(document)).hexdigest()


def write_document(document: SessionDocument) -> bytes:
    """The document as it is stored: gzip without a time stamp, so that writing twice gives the same bytes."""
    return gzip.compress(canonical_json(document), _LEVEL, mtime=0)
