"""A folder of bad input: every file gets its reason, and the one good document among them gets through."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.document.delivery import DeliveryOutcome, deliver_paths
from contract.document.keys import rejected_key
from contract.platform.store import Store
from contract.reading import read_document
from contract.rejections import Rejected, RejectionReason
from tests.support.bad_documents import BAD_DOCUMENTS_READ_AT, GOOD, bad_documents, keyable, reasons

BODIES = bad_documents()


@pytest.mark.parametrize(("name", "reason"), sorted(reasons().items()))
def test_every_bad_file_is_refused_with_its_reason(name: str, reason: RejectionReason) -> None:
    with pytest.raises(Rejected) as refusal:
        read_document(BODIES[name], now=BAD_DOCUMENTS_READ_AT)
    assert refusal.value.reason is reason


@pytest.mark.parametrize("name", sorted(reasons()))
def test_no_refusal_repeats_what_the_document_says(name: str) -> None:
    with pytest.raises(Rejected) as refusal:
        read_document(BODIES[name], now=BAD_DOCUMENTS_READ_AT)
    assert len(str(refusal.value)) < 600
    for content in ("northlight", "twelve people", "passwd", "bored", "narrator"):
        assert content not in str(refusal.value)


def test_the_good_document_among_them_is_read() -> None:
    assert read_document(BODIES[GOOD], now=BAD_DOCUMENTS_READ_AT).session_id == "good"


def test_delivering_the_folder_drops_nothing_and_stops_at_nothing(tmp_path: Path) -> None:
    inbox, store = tmp_path / "inbox", Store((tmp_path / "store").as_uri())
    inbox.mkdir()
    for name, body in BODIES.items():
        (inbox / name).write_bytes(body)
    deliveries = {Path(d.source or "").name: d for d in deliver_paths(store, [inbox], now=BAD_DOCUMENTS_READ_AT)}
    assert deliveries.keys() == BODIES.keys()
    assert {name for name, d in deliveries.items() if d.outcome is DeliveryOutcome.STORED} == keyable() | {GOOD}
    for name in reasons().keys() - keyable():
        delivery = deliveries[name]
        assert delivery.outcome is DeliveryOutcome.UNKEYABLE
        assert delivery.reason is reasons()[name]
        assert delivery.key is not None
        assert delivery.key.startswith(rejected_key(""))
        assert store.get(delivery.key) == BODIES[name]
    for name in keyable():
        key = deliveries[name].key
        assert key is not None
        with pytest.raises(Rejected) as refusal:
            read_document(store.get(key), now=BAD_DOCUMENTS_READ_AT, key=key)
        assert refusal.value.reason is reasons()[name]
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert all(path.parts[0] in ("inbox", "store") for path in written)
