"""What every store promises, on a folder and on S3 alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.platform.failures import ConfigurationFailure, TransientFailure
from contract.platform.store import Store


def test_what_is_put_can_be_read_described_and_listed(store: Store) -> None:
    store.put("sessions/a.json", b"first")
    store.put("sessions/deeper/b.json", b"second")
    assert store.get("sessions/a.json") == b"first"
    assert store.head("sessions/a.json").size == 5
    assert {found.key: found.size for found in store.list("sessions")} == {"sessions/a.json": 5, "sessions/deeper/b.json": 6}


def test_put_if_absent_keeps_what_was_there(store: Store) -> None:
    assert store.put_if_absent("key", b"first")
    assert not store.put_if_absent("key", b"second")
    assert store.get("key") == b"first"


def test_replacing_succeeds_only_on_what_was_seen(store: Store) -> None:
    store.put("key", b"first")
    seen, body = store.get_described("key")
    assert body == b"first"
    assert store.replace("key", b"second", seen)
    assert not store.replace("key", b"third", seen)
    assert store.get("key") == b"second"


def test_replacing_what_is_gone_fails_without_an_error(store: Store) -> None:
    store.put("key", b"first")
    seen = store.head("key")
    store.delete("key")
    assert not store.replace("key", b"second", seen)
    with pytest.raises(KeyError):
        store.get("key")


def test_missing_objects_are_key_errors(store: Store) -> None:
    for look in (store.get, store.head, store.get_described):
        with pytest.raises(KeyError):
            look("nowhere")
    with pytest.raises(KeyError):
        store.copy("nowhere", "somewhere")


def test_deleting_twice_is_no_error(store: Store) -> None:
    store.put("key", b"body")
    store.delete("key")
    store.delete("key")
    assert list(store.list("")) == []


def test_copies_are_independent(store: Store) -> None:
    store.put("source", b"body")
    store.copy("source", "target")
    store.put("source", b"changed")
    assert store.get("target") == b"body"


def test_a_file_is_stored_in_pieces(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(b"0123456789" * 1_200_000)
    store.put_file("large", file)
    assert store.get("large") == file.read_bytes()


def test_an_unfinished_write_in_a_folder_is_not_an_object(tmp_path: Path) -> None:
    store = Store(tmp_path.as_uri())
    (tmp_path / "sessions").mkdir()
    (tmp_path / "sessions" / "call_1.json.gz#1").write_bytes(b"half")
    assert list(store.list("sessions")) == []
    assert store.put_if_absent("sessions/call_1.json.gz", b"whole")
    assert [found.key for found in store.list("sessions")] == ["sessions/call_1.json.gz"]


def test_a_folder_replaced_in_leaves_no_object_behind(tmp_path: Path) -> None:
    store = Store(tmp_path.as_uri())
    store.put("sessions/key", b"first")
    assert store.replace("sessions/key", b"second", store.head("sessions/key"))
    assert [found.key for found in store.list("sessions")] == ["sessions/key"]


def test_a_store_that_is_away_is_worth_another_try(s3_store: Store) -> None:
    away = Store("s3://no-such-bucket/prefix")
    with pytest.raises(TransientFailure, match="run again"):
        away.put("key", b"body")


def test_a_root_that_is_no_store_names_the_setting() -> None:
    with pytest.raises(ConfigurationFailure, match="VOICE_STORE"):
        Store("nonsense://somewhere")
