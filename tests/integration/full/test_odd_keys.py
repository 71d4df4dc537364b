"""Keys that S3 allows and clients dislike, on a real S3 server: each follows the written rule, and none hides a call."""

from __future__ import annotations

import contextlib
import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError

from contract.document.keys import SESSIONS, session_key
from contract.platform.ignored_keys import is_ignored
from contract.platform.settings import Settings
from contract.platform.store import Store
from orchestration.intake.batch import claim_batch
from orchestration.intake.discovery import discover, hot_days
from orchestration.intake.planning import next_plan
from orchestration.intake.reading import read_batch
from orchestration.resources import Platform
from orchestration.state.reconciliation import reconcile
from tests.integration.conftest import Cloud
from tests.support.documents import NOW, START, packed, session
from tests.support.wild import store_keys

DAY = session_key("x", START).removesuffix("x.json.gz")
READABLE = {
    f"{DAY}a call.json.gz": "wrong_key",
    f"{DAY}a+call.json.gz": "wrong_key",
    f"{DAY}a%2Fcall.json.gz": "wrong_key",
    f"{DAY}a%20call.json.gz": "wrong_key",
    f"{DAY}é.json.gz": "wrong_key",
    f"{DAY}a&b=c;d.json.gz": "wrong_key",
    f"{DAY}notes.txt": "odd_key",
}
"""Keys that a client can read, with the reason why each is rejected although a whole document lies there."""


@pytest.fixture
def platform(cloud: Cloud, tmp_path: Path) -> Iterator[Platform]:
    platform = Platform(Settings(home=tmp_path, store=f"{cloud.store}/{tmp_path.name}", now=NOW, workers=1))
    yield platform
    platform.close()


def put_raw(store: Store, keys: list[str]) -> set[str]:
    """Put objects past the store's client, and return which keys the server says to have, relative to the store's root.

    A key that the server refuses, as SeaweedFS does of some that Amazon takes, is none that intake could meet.
    """
    place = urlsplit(store.uri)
    client, root = boto3.client("s3"), f"{place.path.strip('/')}/"
    for number, key in enumerate(keys):
        body = b"" if key.endswith("/") else packed(session(f"raw_{number}"))
        with contextlib.suppress(ClientError):
            client.put_object(Bucket=place.netloc, Key=root + key, Body=body)
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=place.netloc, Prefix=root)
    held = [found["Key"].removeprefix(root) for page in pages for found in page.get("Contents", ())]
    client.close()
    return set(held)


def as_listed(key: str) -> str:
    """Return the key as SeaweedFS writes it into the XML of a listing, which holds no control characters."""
    return re.sub(r"[\x00-\x1f]", "\ufffd", key)


def read(platform: Platform) -> tuple[list[str], dict[str, str]]:
    """Read everything that is pending: the sessions of the rows, and the reason by rejected key."""
    plan = next_plan(platform.settings, platform.state, NOW, platform.first_day)
    seq, mine = claim_batch(platform.state, "run", plan.store_keys if plan else [], NOW, 300)
    batch = read_batch(platform.store, platform.state, "run", mine, seq, NOW, b"secret")
    return sorted(row["session_id"] for row in batch.rows), {r.store_key: r.reason.value for r in batch.rejections}


def test_keys_with_spaces_plus_and_percent_signs_are_read_and_rejected_under_their_own_names(platform: Platform):
    held = put_raw(platform.store, list(READABLE))
    assert held == READABLE.keys()
    platform.store.put(session_key("call", START), packed(session("call")))
    assert discover(platform.store, platform.state, NOW).pending == len(READABLE) + 1
    assert read(platform) == (["call"], READABLE)
    for key in READABLE:
        assert gzip.decompress(platform.store.get(key))
    assert discover(platform.store, platform.state, NOW).pending == 0


def test_every_strange_key_that_the_server_holds_is_rejected_or_ignored_and_hides_no_call(platform: Platform):
    listed = store_keys()
    held = put_raw(platform.store, [*listed["keys"], *listed["ignored"]])
    for session_id in ("call", "zz_last"):
        platform.store.put(session_key(session_id, START), packed(session(session_id)))
    received = {as_listed(key) for key in held if key.startswith(f"{SESSIONS}/") and not is_ignored(key)}
    assert discover(platform.store, platform.state, NOW).pending == len(received) + 2
    sessions, reasons = read(platform)
    assert {"call", "zz_last"} <= set(sessions)
    assert reasons.keys() == received
    assert set(reasons.values()) <= {"odd_key", "wrong_key"}
    totals = reconcile(platform.state, NOW)
    assert (totals.received, totals.rejected, totals.residual) == (len(received) + 2, len(received), 0)
    assert discover(platform.store, platform.state, NOW).pending == 0


def test_a_tick_sees_a_call_of_today_beside_a_strange_key(platform: Platform):
    today = session_key("x", NOW).removesuffix("x.json.gz")
    put_raw(platform.store, [f"{today}/a.json.gz", f"{today}a//b.json.gz", f"{today}a b.json.gz", f"{today}folder/"])
    platform.store.put(session_key("later", NOW), packed(session("later", NOW)))
    discover(platform.store, platform.state, NOW, hot_days(NOW))
    assert "later" in read(platform)[0]
