"""A listing goes on past keys that the store's client refuses, in a folder and on S3."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import obstore
import pytest
from obstore.store import MemoryStore

from contract.platform.bucket_listing import objects_after
from contract.platform.failures import TransientFailure
from contract.platform.listing import files_under, is_addressable
from contract.platform.store import Store
from tests.support.wild import store_keys


def put_in_bucket(store: Store, key: str, body: bytes = b"body") -> None:
    place = urlsplit(store.uri)
    boto3.client("s3", region_name="us-east-1").put_object(Bucket=place.netloc, Key=f"{place.path.strip('/')}/{key}", Body=body)


@pytest.mark.parametrize("key", store_keys()["keys"])
def test_a_bucket_is_listed_past_a_key_that_the_client_refuses(s3_store: Store, key: str) -> None:
    usable = {f"sessions/year=2026/month=11/day={day}/call.json.gz" for day in (28, 29, 30)}
    for name in usable:
        s3_store.put(name, b"call")
    put_in_bucket(s3_store, key)
    assert sorted(found.key for found in s3_store.list_all("sessions")) == sorted({*usable, key})
    assert {found.key for found in s3_store.list("sessions")} == {name for name in {*usable, key} if is_addressable(name)}


def test_a_bucket_listed_past_an_odd_key_names_each_object_once_and_describes_it_as_before(s3_store: Store) -> None:
    for n in range(120):  # more than the client yields at once
        s3_store.put(f"sessions/{n:03d}.json", b"call")
    before = {found.key: found for found in s3_store.list("sessions")}
    put_in_bucket(s3_store, "sessions/200//odd.json")
    after = list(s3_store.list("sessions"))
    assert len(after) == len(before) == 120
    assert {found.key: found for found in after} == before


def test_a_folder_marker_of_a_console_is_listed_under_its_own_key_and_is_no_object_to_read(s3_store: Store) -> None:
    put_in_bucket(s3_store, "sessions/year=2026/", b"")
    s3_store.put("sessions/empty.json", b"")
    assert sorted(found.key for found in s3_store.list_all("sessions")) == ["sessions/empty.json", "sessions/year=2026/"]
    assert [found.key for found in s3_store.list("sessions")] == ["sessions/empty.json"]


@pytest.mark.parametrize("name", [b"line\nbreak.json", b"delete\x7f.json", b"latin\xe9.json"])
def test_a_folder_is_listed_past_a_name_that_the_client_refuses(tmp_path: Path, name: bytes) -> None:
    store = Store(tmp_path.as_uri())
    store.put("sessions/a.json", b"first")
    store.put("sessions/z/b.json", b"second")
    before = {found.key: found for found in store.list("sessions")}
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/sessions/" + name)).write_bytes(b"odd")
    assert {found.key: found for found in store.list("sessions")} == before
    (odd,) = {found.key for found in store.list_all("sessions")} - before.keys()
    assert odd.encode()  # it can be written to the ledger
    with pytest.raises(KeyError):
        store.get(odd)


def test_a_folder_with_a_link_that_leads_back_to_it_is_listed_once(tmp_path: Path) -> None:
    store = Store(tmp_path.as_uri())
    store.put("sessions/a.json", b"first")
    (tmp_path / "sessions" / "loop").symlink_to(tmp_path)
    assert "sessions/a.json" in [found.key for found in store.list("sessions")]


def test_a_folder_is_described_as_the_client_describes_it(tmp_path: Path) -> None:
    store = Store(tmp_path.as_uri())
    for n in range(20):
        store.put(f"sessions/{n}/call.json", b"x" * n)
    seen = {found.key: (found.size, found.e_tag) for found in store.list("sessions")}
    assert {found.key: (found.size, found.e_tag) for found in files_under(tmp_path, "sessions")} == seen


def test_a_place_that_cannot_be_read_is_an_error_and_no_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_bytes(b"a file where the folder should be")
    with pytest.raises(NotADirectoryError):
        list(files_under(tmp_path, "sessions"))
    assert list(files_under(tmp_path, "starts")) == []


@pytest.mark.parametrize(
    "key", ["a//b", "/a", "a/", "a/./b", "a/../b", "a\x01b", "a\nb", "a\x7fb", "a b", "a%2Fb", "ü", "a#1", "*", "a\\b"]
)
def test_the_keys_that_cannot_be_read_are_those_the_client_refuses(key: str) -> None:
    store = MemoryStore()
    try:
        obstore.put(store, key, b"body")
        (listed,) = (found["path"] for chunk in obstore.list(store) for found in chunk)
    except ValueError:
        listed = None
    assert is_addressable(key) == (listed == key)


def test_a_bucket_that_cannot_be_listed_either_way_is_worth_another_try(s3_store: Store) -> None:
    with pytest.raises(OSError, match="NoSuchBucket"):
        list(objects_after("no-such-bucket", "", "sessions", None))
    with pytest.raises(TransientFailure):
        list(Store("s3://no-such-bucket/prefix").list("sessions"))
