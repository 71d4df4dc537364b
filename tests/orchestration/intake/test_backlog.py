"""A backlog is analysed batch after batch and built once, or once a minute, in place of once a batch."""

from __future__ import annotations

from datetime import datetime, timedelta

from orchestration.intake.discovery import discover
from orchestration.intake.planning import BUILD_EVERY, BatchPlan, next_plan
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.warehouse.manifest import read_manifest
from orchestration.warehouse.reader import open_published
from tests.support.documents import NOW, put, session

BATCH = 2


def plan(platform: Platform, now: datetime = NOW) -> BatchPlan:
    planned = next_plan(platform.settings, platform.state, now, platform.first_day)
    assert planned
    return planned


def test_only_the_last_batch_of_a_backlog_builds_until_readers_have_waited(two_calls: Platform):
    """The first publication of a home is never waited for."""
    small = Platform(two_calls.settings.model_copy(update={"batch_sessions": BATCH}))
    for n in range(BATCH + 1):
        put(small, session(f"more_{n}"))
    discover(small.store, small.state, NOW)
    assert (len(plan(small).store_keys), plan(small).builds) == (BATCH, False)
    assert plan(small, NOW + BUILD_EVERY).builds
    assert not plan(small, NOW + BUILD_EVERY - timedelta(seconds=1)).builds


def test_a_run_publishes_a_backlog_once(two_calls: Platform):
    small = Platform(two_calls.settings.model_copy(update={"batch_sessions": BATCH}))
    before = read_manifest(small.settings.published_dir)
    assert before
    for n in range(2 * BATCH + 1):
        put(small, session(f"more_{n}"))
    summary = run_pending(small)
    after = read_manifest(small.settings.published_dir)
    assert after
    assert summary.batches > 2
    assert after.version == before.version + 1
    with open_published(small.settings) as connection:
        assert connection.execute("select count(*) from sessions").fetchall() == [(2 + 2 * BATCH + 1,)]
