"""One strange key hides no call: it is rejected and counted, and what desktops leave is not received at all."""

from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest

from contract.document.keys import session_key
from contract.platform.store import Store
from orchestration.intake.batch import claim_batch
from orchestration.intake.discovery import discover, hot_days
from orchestration.intake.orphans import Orphans, promote_orphans
from orchestration.intake.planning import next_plan
from orchestration.intake.reading import read_batch
from orchestration.resources import Platform
from orchestration.state.reconciliation import reconcile
from tests.support.documents import NOW, START, packed, session
from tests.support.wild import store_keys

ODD, IGNORED = store_keys()["keys"], store_keys()["ignored"]


@pytest.fixture
def on_s3(platform: Platform, s3_store: Store) -> Platform:
    platform.store = s3_store
    place = urlsplit(s3_store.uri)
    client = boto3.client("s3", region_name="us-east-1")
    for key in (*ODD, *IGNORED):
        client.put_object(Bucket=place.netloc, Key=f"{place.path.strip('/')}/{key}", Body=b"" if key.endswith("/") else b"no call")
    platform.store.put(session_key("call", START), packed(session("call")))
    return platform


def read(platform: Platform) -> tuple[list[str], dict[str, str]]:
    plan = next_plan(platform.settings, platform.state, NOW, platform.first_day)
    seq, mine = claim_batch(platform.state, "run", plan.store_keys if plan else [], NOW, 300)
    batch = read_batch(platform.store, platform.state, "run", mine, seq, NOW, b"secret")
    return [row["session_id"] for row in batch.rows], {r.store_key: r.reason.value for r in batch.rejections}


def test_every_odd_key_is_rejected_and_counted_and_the_call_beside_them_is_read(on_s3: Platform):
    assert discover(on_s3.store, on_s3.state, NOW).pending == len(ODD) + 1
    assert read(on_s3) == (["call"], dict.fromkeys(ODD, "odd_key"))
    totals = reconcile(on_s3.state, NOW)
    assert (totals.received, totals.rejected, totals.residual) == (len(ODD) + 1, len(ODD), 0)
    assert discover(on_s3.store, on_s3.state, NOW).pending == 0


def test_a_tick_sees_the_calls_of_a_hot_day_that_has_an_odd_key(on_s3: Platform):
    later = session("later", NOW)
    on_s3.store.put(session_key("later", NOW), packed(later))
    client, place = boto3.client("s3", region_name="us-east-1"), urlsplit(on_s3.store.uri)
    odd = session_key("a", NOW).replace("/a.", "//a.")
    client.put_object(Bucket=place.netloc, Key=f"{place.path.strip('/')}/{odd}", Body=b"odd")
    assert discover(on_s3.store, on_s3.state, NOW, hot_days(NOW)).pending >= 2
    assert "later" in read(on_s3)[0]


def test_what_a_desktop_left_is_neither_a_document_nor_a_start_nor_a_checkpoint(platform: Platform):
    for name in (
        "sessions/.DS_Store",
        "sessions/year=2026/desktop.ini",
        "starts/.DS_Store",
        "checkpoints/Thumbs.db",
        "rejected/.keep",
    ):
        platform.store.put(name, b"\x00")
    found = discover(platform.store, platform.state, NOW)
    assert (found.listed, found.pending, found.started) == (0, 0, 0)
    assert promote_orphans(platform.store, NOW.replace(year=NOW.year + 1), NOW - START) == Orphans()


def test_a_folder_with_a_name_that_is_no_text_gives_a_rejection_and_hides_no_call(platform: Platform):
    platform.store.put(session_key("call", START), packed(session("call")))
    folder = Path(urlsplit(platform.store.uri).path) / "sessions"
    (folder / "line\nbreak.json").write_bytes(b"odd")
    discover(platform.store, platform.state, NOW)
    assert read(platform) == (["call"], {"sessions/line\nbreak.json": "odd_key"})
