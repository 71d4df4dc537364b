"""Backfills through the Batch API: killed anywhere, repeated at will, and every transcript is sent and paid once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzers.language.cache import AnnotationCache, transcript_hash
from analyzers.language.openai_engine.batch import BatchJob
from analyzers.language.openai_engine.batch_ledger import BatchRecord
from contract.platform.store import Store
from orchestration.state.annotation_batches import StateBatchLedger
from tests.analyzers.language.openai_engine.engines import PRICE, Bench, call
from tests.analyzers.language.openai_engine.model import answer, fact
from tests.fakes.openai_api import FakeOpenAI, Fault

CALLS = {
    transcript_hash(items): items for items in (call("How many?", f"there are fifteen of us, I am number {n}") for n in range(3))
}


class Killed(BaseException):
    """What a kill looks like from inside: nothing after it runs."""


@pytest.fixture
def cache(tmp_path: Path) -> AnnotationCache:
    return AnnotationCache(Store((tmp_path / "store").as_uri()))


def job(bench: Bench, cache: AnnotationCache, **settings: object) -> BatchJob:
    return BatchJob(bench.engine(**settings), StateBatchLedger(bench.state), cache)


def cached(bench: Bench, cache: AnnotationCache) -> list[object]:
    found = [cache.get(h, "openai", bench.engine().version) for h in CALLS]
    return [made.spans[0].value for made in found if made and made.spans]


def until_over(work: BatchJob) -> tuple[int, dict[str, str]]:
    """Look until nothing is under way: (annotated, failed)."""
    annotated, failed = 0, dict[str, str]()
    for _ in range(10):
        found = work.collect(CALLS)
        annotated, failed = annotated + found.annotated, failed | found.failed
        if not found.under_way:
            return annotated, failed
    raise AssertionError("the batch never ends")


def test_a_batch_fills_the_cache_at_half_the_price_and_leaves_no_files(bench: Bench, api: FakeOpenAI, cache: AnnotationCache):
    work = job(bench, cache)
    assert work.submit(CALLS).requests == 3
    assert until_over(work) == (3, {})
    assert cached(bench, cache) == [15, 15, 15]
    made = cache.get(next(iter(CALLS)), "openai", bench.engine().version)
    assert made is not None
    assert made.usage is not None
    assert (made.usage.batch, made.usage.cost_usd) == (True, pytest.approx(PRICE.cost(1000, 500, cached=200) / 2))
    assert bench.budget(bench.engine().settings).spent_on(bench.now.date()) == pytest.approx(3 * made.usage.cost_usd)
    assert api.files == {}


def test_a_kill_between_submit_and_collect_loses_and_repeats_nothing(bench: Bench, api: FakeOpenAI, cache: AnnotationCache):
    job(bench, cache).submit(CALLS)
    again = job(bench, cache)
    assert again.submit(CALLS).requests == 0
    assert until_over(again) == (3, {})
    assert api.creations == 1
    assert job(bench, cache).submit(CALLS).requests == 0


def test_a_kill_after_creation_and_before_its_note_finds_the_batch_again(bench: Bench, api: FakeOpenAI, cache: AnnotationCache):
    class DyingLedger(StateBatchLedger):
        def submitted(self, batch_key: str, batch_id: str) -> None:
            raise Killed

    with pytest.raises(Killed):
        BatchJob(bench.engine(), DyingLedger(bench.state), cache).submit(CALLS)
    (left,) = StateBatchLedger(bench.state).under_way()
    assert isinstance(left, BatchRecord)
    assert left.batch_id is None
    assert job(bench, cache).submit(CALLS).batches == 1
    assert (until_over(job(bench, cache)), api.creations) == ((3, {}), 1)


def test_a_kill_before_the_upload_sends_it_later(bench: Bench, api: FakeOpenAI, cache: AnnotationCache):
    class DyingLedger(StateBatchLedger):
        def uploaded(self, batch_key: str, file_id: str) -> None:
            raise Killed

    with pytest.raises(Killed):
        BatchJob(bench.engine(), DyingLedger(bench.state), cache).submit(CALLS)
    assert api.creations == 0
    assert job(bench, cache).submit(CALLS).requests == 3
    assert until_over(job(bench, cache)) == (3, {})


def test_an_answer_lost_on_the_way_creates_no_second_batch(bench: Bench, api: FakeOpenAI, cache: AnnotationCache):
    api.drop_next_batch_answer = True
    assert job(bench, cache).submit(CALLS).batches == 1
    assert (until_over(job(bench, cache)), api.creations) == ((3, {}), 1)


def test_what_a_refusal_leaves_is_not_submitted_again_and_what_passes_is(bench: Bench, api: FakeOpenAI, cache: AnnotationCache):
    work = job(bench, cache)
    work.submit(CALLS)
    api.faults = ["refusal", Fault(503)]
    annotated, failed = until_over(work)
    assert annotated == 1
    assert sorted(failed.values()) == ["again:http_503", "refusal"]
    assert job(bench, cache).submit(CALLS).requests == 1


def test_an_expired_batch_is_submitted_again(bench: Bench, api: FakeOpenAI, cache: AnnotationCache):
    api.batch_ends_as = "expired"
    api.faults = [Fault(500), Fault(500), Fault(500)]
    work = job(bench, cache)
    work.submit(CALLS)
    assert until_over(work)[0] == 0
    api.batch_ends_as = "completed"
    assert work.submit(CALLS).requests == 3
    assert until_over(work)[0] == 3


def test_quotes_of_a_batch_are_verified_too(bench: Bench, api: FakeOpenAI, cache: AnnotationCache):
    invented = fact(1, "fifty of us", "team_size", 50, kind="users", approximate=False)
    api.answer = lambda body: json.dumps(answer([invented]))
    work = job(bench, cache)
    work.submit(CALLS)
    until_over(work)
    assert cached(bench, cache) == []
    made = cache.get(next(iter(CALLS)), "openai", bench.engine().version)
    assert made is not None
    assert made.dropped == 1


def test_what_the_ceiling_does_not_allow_is_held_back_for_another_day(bench: Bench, cache: AnnotationCache):
    allowed = job(bench, cache, openai_daily_usd=0.02)
    sent = allowed.submit(CALLS)
    assert (sent.requests + sent.held_back, sent.held_back > 0) == (3, True)
    until_over(allowed)
    assert job(bench, cache).submit(CALLS).requests == sent.held_back


def test_transcripts_erased_meanwhile_are_dropped_from_the_results(bench: Bench, cache: AnnotationCache):
    work = job(bench, cache)
    work.submit(CALLS)
    erased, *kept = CALLS
    for _ in range(3):
        found = work.collect({h: CALLS[h] for h in kept})
    assert found.annotated == 2
    assert cache.get(erased, "openai", bench.engine().version) is None
