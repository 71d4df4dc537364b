"""Delivering files and folders: sorted, at any depth, and nothing that cannot be read stops the rest."""

from __future__ import annotations

import gzip
from hashlib import sha256
from pathlib import Path
from threading import Event

import pytest

from contract.document.delivery import DeliveryOutcome, deliver_paths
from contract.platform.store import Store
from contract.rejections import RejectionReason
from tests.contract.samples import CALLS, LEGACY, LEGACY_ROOT, NOW, as_bytes


@pytest.fixture
def folder_store(tmp_path: Path) -> Store:
    return Store((tmp_path / "store").as_uri())


def test_a_folder_is_delivered_at_any_depth_in_order(folder_store: Store) -> None:
    deliveries = list(deliver_paths(folder_store, [LEGACY_ROOT], now=NOW))
    assert [d.source for d in deliveries] == [str(path) for path in LEGACY]
    assert {d.outcome for d in deliveries} == {DeliveryOutcome.STORED}
    assert [d.key for d in deliveries] == sorted(found.key for found in folder_store.list("sessions"))
    assert {d.outcome for d in deliver_paths(folder_store, [LEGACY_ROOT], now=NOW)} == {DeliveryOutcome.UNCHANGED}


def test_what_cannot_be_read_is_said_and_the_rest_goes_on(folder_store: Store, tmp_path: Path) -> None:
    dangling = tmp_path / "inbox" / "dangling.json"
    dangling.parent.mkdir()
    dangling.symlink_to(tmp_path / "nowhere")
    (tmp_path / "inbox" / "notes.txt").write_text("not a document")
    paths = [tmp_path / "absent.json", dangling.parent, CALLS[0]]
    assert [d.outcome for d in deliver_paths(folder_store, paths, now=NOW)] == [
        DeliveryOutcome.UNREADABLE,
        DeliveryOutcome.UNREADABLE,
        DeliveryOutcome.STORED,
    ]


def test_a_file_named_itself_needs_no_ending(folder_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "document"
    file.write_bytes(CALLS[0].read_bytes())
    assert [d.outcome for d in deliver_paths(folder_store, [file], now=NOW)] == [DeliveryOutcome.STORED]


def test_a_file_too_large_to_be_a_document_is_set_aside_unread(
    folder_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contract.document.delivery.MAX_READ_BYTES", 1000)
    file = tmp_path / "large.json"
    file.write_bytes(b"x" * 1001)
    (made,) = deliver_paths(folder_store, [file], now=NOW)
    assert (made.outcome, made.reason) == (DeliveryOutcome.UNKEYABLE, RejectionReason.TOO_LARGE)
    assert made.key == f"rejected/{sha256(b'x' * 1001).hexdigest()}"
    assert folder_store.get(made.key or "") == b"x" * 1001


def test_a_file_too_large_to_be_kept_stays_where_it_is_and_is_counted(folder_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "endless.json"
    with file.open("wb") as sparse:
        sparse.truncate(257 * 2**20)
    (made,) = deliver_paths(folder_store, [file], now=NOW)
    assert (made.outcome, made.key, made.reason) == (DeliveryOutcome.UNKEYABLE, None, RejectionReason.TOO_LARGE)
    assert list(folder_store.list("")) == []


def test_documents_of_one_call_are_delivered_in_order_and_others_meanwhile(
    folder_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = {"schema_version": 1, "session_id": "call_1", "start_time": "2026-11-20T15:04:05Z"}
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    names = ("A", "B", "C", "D")
    for revision, name in enumerate(names, start=1):
        (inbox / f"{revision}.json").write_bytes(as_bytes({**call, "revision": revision, "user_name": name}))
    (inbox / "5.json").write_bytes(as_bytes({**call, "session_id": "call_2"}))
    put, other_is_stored = folder_store.put_if_absent, Event()

    def put_if_absent(key: str, body: bytes) -> bool:
        if "/call_1.json.gz" in key:
            assert other_is_stored.wait(10), "another call waits for this one"
        stored = put(key, body)
        if "/call_2.json.gz" in key:
            other_is_stored.set()
        return stored

    monkeypatch.setattr(folder_store, "put_if_absent", put_if_absent)
    deliveries = list(deliver_paths(folder_store, [inbox], now=NOW))
    assert [(Path(d.source or "").stem, d.outcome.value) for d in deliveries] == [
        ("1", "stored"),
        ("2", "replaced"),
        ("3", "replaced"),
        ("4", "replaced"),
        ("5", "stored"),
    ]


def test_large_documents_are_delivered_one_at_a_time(folder_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract.document.delivery._ALONE_BYTES", 1000)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for number in range(6):
        call = {"schema_version": 1, "session_id": f"call_{number}", "start_time": "2026-11-20T15:04:05Z", "note": "x" * 1000}
        (inbox / f"{number}.json.gz").write_bytes(gzip.compress(as_bytes(call)))
    storing: list[str] = []
    put = folder_store.put_if_absent

    def put_if_absent(key: str, body: bytes) -> bool:
        storing.append(key)
        assert len(storing) == 1
        stored = put(key, body)
        storing.remove(key)
        return stored

    monkeypatch.setattr(folder_store, "put_if_absent", put_if_absent)
    assert {d.outcome for d in deliver_paths(folder_store, [inbox], now=NOW)} == {DeliveryOutcome.STORED}
