"""Delivering files and folders: sorted, at any depth, and nothing that cannot be read stops the rest."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from contract.document.delivery import DeliveryOutcome, deliver_paths
from contract.platform.store import Store
from contract.rejections import RejectionReason
from tests.contract.samples import CALLS, LEGACY, LEGACY_ROOT, NOW


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
