"""What every store promises, on a folder and on S3 alike."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import boto3
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


def test_a_copy_made_twice_leaves_one_name_of_the_file(tmp_path: Path) -> None:
    store = Store(tmp_path.as_uri())
    store.put("sessions/call.json.gz", b"broken")
    for _ in range(3):
        store.copy("sessions/call.json.gz", "rejected/sha")
    assert [path.name for path in (tmp_path / "rejected").iterdir()] == ["sha"]
    store.put("sessions/call.json.gz", b"other")
    store.copy("sessions/call.json.gz", "rejected/sha")
    assert store.get("rejected/sha") == b"other"


def test_what_a_killed_write_left_in_a_folder_is_removed_after_an_hour(tmp_path: Path) -> None:
    store = Store(tmp_path.as_uri())
    now = datetime.now(UTC)
    for key in ("rejected/sha", "sessions/day=20/call.json.gz"):
        store.put(key, b"whole")
        for n, hours in ((0, 2), (1, 0)):
            left = tmp_path / f"{key}#{n}"
            left.write_bytes(b"whole")
            os.utime(left, times=((now - timedelta(hours=hours)).timestamp(),) * 2)
    assert store.remove_unfinished(now - timedelta(hours=1)) == 2
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == sorted(
        ["sha", "sha#1", "call.json.gz", "call.json.gz#1"]
    )
    assert store.remove_unfinished(now + timedelta(hours=1)) == 2
    assert {found.key for found in store.list("")} == {"rejected/sha", "sessions/day=20/call.json.gz"}


def test_what_a_killed_upload_left_on_s3_is_removed(s3_store: Store) -> None:
    client, place = boto3.client("s3", region_name="us-east-1"), urlsplit(s3_store.uri)
    upload = {"Bucket": place.netloc, "Key": f"{place.path.strip('/')}/rejected/sha"}
    begun = client.create_multipart_upload(**upload)["UploadId"]
    client.upload_part(**upload, UploadId=begun, PartNumber=1, Body=b"whole")
    assert list(s3_store.list("")) == []
    assert s3_store.remove_unfinished(datetime(2000, 1, 1, tzinfo=UTC)) == 0
    assert s3_store.remove_unfinished(datetime.now(UTC) + timedelta(hours=1)) == 1
    assert "Uploads" not in client.list_multipart_uploads(Bucket=place.netloc, Prefix=place.path.strip("/"))


def test_a_store_whose_unfinished_writes_cannot_be_listed_goes_on(s3_store: Store) -> None:
    assert Store("s3://no-such-bucket/prefix").remove_unfinished(datetime.now(UTC)) == 0
