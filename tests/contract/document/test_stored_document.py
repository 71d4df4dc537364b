"""A document's bytes are parsed once, whatever is asked of them and however often."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import orjson
import pytest

from contract.document import stored_document
from contract.document.stored_document import StoredDocument
from contract.rejections import Rejected

NOW = datetime(2026, 11, 26, tzinfo=UTC)
FIELDS = {"schema_version": 1, "session_id": "call", "start_time": "2026-11-20T12:00:00Z"}
BODY = orjson.dumps(FIELDS)


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    counted: list[bytes] = []
    real = stored_document.parsed

    def counting(text: bytes) -> dict[str, object]:
        counted.append(text)
        return real(text)

    monkeypatch.setattr(stored_document, "parsed", counting)
    return counted


def everything_asked(document: StoredDocument) -> None:
    for _ in range(2):
        assert document.content
        assert document.packed
        document.fault  # noqa: B018 - asking is what is counted
        try:
            assert document.identity.session_id == "call"
        except Rejected:
            assert document.fault is not None


@pytest.mark.parametrize("body", [BODY, gzip.compress(BODY), b"no json", b"[]"], ids=["plain", "gzip", "no json", "no object"])
def test_a_body_is_parsed_once(parses: list[bytes], body: bytes):
    everything_asked(StoredDocument(body, NOW))
    assert len(parses) == 1


def test_content_is_the_same_whatever_the_packing_and_the_order_of_keys():
    turned = orjson.dumps(dict(reversed(FIELDS.items())))
    assert StoredDocument(gzip.compress(turned, 1), NOW).content == StoredDocument(BODY, NOW).content
    assert StoredDocument(b"no json", NOW).content == b"no json"


def test_gzip_is_stored_as_given():
    packed = gzip.compress(BODY, 1)
    assert StoredDocument(packed, NOW).packed == packed
    assert gzip.decompress(StoredDocument(BODY, NOW).packed) == BODY
