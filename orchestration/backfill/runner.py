"""Work off the chunks of a backfill in several processes, and build and publish what they changed.

The state database is written by this process alone, each chunk in one transaction, so a backfill goes on where it was killed. It
claims nothing: a call that arrives again is taken by a run of new calls, and the backfill leaves it alone.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from analyzers.language.engines import runs_in_processes
from contract.platform.batching import batches
from contract.platform.child_process import end_with_parent
from contract.platform.failures import PermanentFailure, TransientFailure
from contract.platform.settings import Settings
from orchestration.alerts.history import record_alerts
from orchestration.alerts.opted_out import opted_out
from orchestration.backfill.plan import BackfillPlan
from orchestration.backfill.work import ChunkDocument, ChunkResult, ChunkWork, Redone, redo_chunk
from orchestration.delivery.backfilled import note_what_is_due
from orchestration.delivery.engine import CHUNK_SOURCES
from orchestration.destinations.registry import VENDORS
from orchestration.destinations.vendor import Vendor
from orchestration.resources import Platform
from orchestration.state.backfills import (
    BackfillArguments,
    Chunk,
    Done,
    begin,
    chunk_run,
    close_chunk,
    failed_in,
    finish,
    open_chunk,
    open_chunks,
    progress_of,
    unfinished,
)
from orchestration.state.builds import build_due, built_change, record_published
from orchestration.state.failed_analyses import FailedRedo
from orchestration.warehouse.build_result import fail_unless_built
from orchestration.warehouse.lake_owner import claim_lake
from orchestration.warehouse.lock import exclusive
from orchestration.warehouse.manifest import read_manifest
from orchestration.warehouse.publish import publish
from orchestration.warehouse.renewal import renew

SUPPRESSED = "It comes from a backfill without --deliver."
PUBLISH_EVERY = 900.0
"""Seconds between two publications of a long backfill: a build of some ten thousand sessions takes a tenth of it."""
_AHEAD = 2
"""Chunks for each process that are opened before the first of them is done."""

Advance = Callable[[str, int], None]


@dataclass(frozen=True)
class BackfillSummary:
    """Figures of a whole backfill, in sessions. ``seconds`` is the wall time of this command, without the plan."""

    chunks: int
    redone: int
    failed: int
    left_alone: int
    planned_seconds: float
    seconds: float
    failures: tuple[FailedRedo, ...] = ()
    """A sample of the calls that failed; each keeps its earlier analysis."""


@contextmanager
def only_backfill(settings: Settings) -> Generator[None]:
    """Let one backfill run at a time; raises ``TransientFailure`` while another one does."""
    remedy = "Wait for it to end, or end it with Ctrl-C: the same command then goes on where it stopped."
    try:
        with exclusive(settings.home / "locks" / "backfill.lock", "a backfill", remedy, wait_seconds=0):
            yield
    except TransientFailure as failure:
        if failure.remedy != remedy:
            raise
        raise TransientFailure("Another backfill is running.", remedy) from None


def begin_backfill(platform: Platform, plan: BackfillPlan) -> int:
    """Enter the plan in the state database and return the backfill's id; what is due at vendors stays due."""
    destinations = [] if plan.asked.deliver else _note_deliveries(platform)
    with platform.state.writing() as connection:
        return begin(connection, plan.asked, plan.chunks, destinations, plan.seconds, platform.now())


def unfinished_backfill(platform: Platform, asked: BackfillArguments) -> int | None:
    with platform.state.reading() as connection:
        return unfinished(connection, asked)


def remaining(platform: Platform, backfill: int) -> int:
    """Return how many sessions of a backfill are not redone yet."""
    with platform.state.reading() as connection:
        return sum(len(chunk.store_keys) for chunk in open_chunks(connection, backfill))


def run_backfill(platform: Platform, backfill: int, asked: BackfillArguments, redone: Redone, advance: Advance) -> BackfillSummary:
    """Redo the chunks that are left, then build and publish. ``advance(stage, sessions)`` reports progress.

    Raises ``TransientFailure`` when the daily ceiling of a paid engine is reached: the same command goes on another day.
    """
    began = published = time.monotonic()
    claim_lake(platform.settings, platform.store, platform.state)
    with platform.state.reading() as connection:
        chunks = open_chunks(connection, backfill)
    for chunk, work, result in _results(platform, backfill, chunks, redone):
        if result.ceiling_reached:
            publish_due(platform)
            limit = platform.settings.openai_daily_usd
            raise TransientFailure(
                f"The daily ceiling of {limit:.2f} USD is reached.", "Run the same command again on the next UTC day: it goes on."
            )
        _record(platform, backfill, chunk, work, result, None if asked.deliver else SUPPRESSED)
        advance("redo", len(chunk.store_keys))
        if time.monotonic() - published > PUBLISH_EVERY:
            publish_due(platform)
            published = time.monotonic()
    advance("publish", 0)
    seconds = publish_due(platform)
    advance("publish", 1)
    with platform.state.writing() as connection:
        finish(connection, backfill, seconds, platform.now())
        failures = tuple(failed_in(connection, backfill))
        return BackfillSummary(
            **vars(progress_of(connection, backfill)), seconds=round(time.monotonic() - began, 1), failures=failures
        )


def _results(
    platform: Platform, backfill: int, chunks: Sequence[Chunk], redone: Redone
) -> Iterator[tuple[Chunk, ChunkWork, ChunkResult]]:
    """Yield chunks in their order with what came of them; few are opened ahead, so that the ledger's view of them is fresh."""
    engine = platform.settings.engine
    alone = redone.annotates and not runs_in_processes(engine)
    workers = 1 if alone else min(platform.settings.workers, len(chunks))
    if workers <= 1:
        for chunk in chunks:
            work = _opened(platform, backfill, chunk, redone)
            yield chunk, work, redo_chunk(platform, work)
        return
    waiting: deque[tuple[Chunk, ChunkWork, Future[ChunkResult]]] = deque()
    with _pool(workers, platform.settings) as pool:
        try:
            for chunk in chunks:
                work = _opened(platform, backfill, chunk, redone)
                waiting.append((chunk, work, pool.submit(_in_process, work)))
                if len(waiting) >= _AHEAD * workers:
                    yield _awaited(waiting)
            while waiting:
                yield _awaited(waiting)
        except BrokenExecutor:
            raise PermanentFailure(
                "A process of the backfill was killed, perhaps for want of memory.",
                "Run the same command again, with VOICE_WORKERS=1 if memory is short: it goes on where it stopped.",
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _awaited(waiting: deque[tuple[Chunk, ChunkWork, Future[ChunkResult]]]) -> tuple[Chunk, ChunkWork, ChunkResult]:
    chunk, work, future = waiting.popleft()
    return chunk, work, future.result()


def _opened(platform: Platform, backfill: int, chunk: Chunk, redone: Redone) -> ChunkWork:
    with platform.state.writing() as connection:
        seq, rows = open_chunk(connection, backfill, chunk)
    documents = tuple(ChunkDocument(*row) for row in rows)
    return ChunkWork(chunk.day, documents, redone, seq, chunk_run(backfill, chunk.number), platform.now())


def _record(platform: Platform, backfill: int, chunk: Chunk, work: ChunkWork, result: ChunkResult, suppressed: str | None) -> None:
    """Record a chunk: its alerts, its failures and its sessions, in one transaction."""
    done = {session: sha for session, sha in work.versions.items() if session in set(result.sessions)}
    keys = [document.store_key for document in work.documents if done.get(document.session_id) == document.doc_sha]
    alerting = {lead_key for lead_key, call in result.alerts if call.wanted}
    unwanted = opted_out(platform.settings, alerting) if alerting else frozenset[str]()
    unwanted |= {lead_key for lead_key, call in result.alerts if not call.may_be_called}
    alerts = [alert for lead_key, call in result.alerts for alert in (call.opted_out if lead_key in unwanted else call.wanted)]
    failed = {d.store_key: result.failures[d.session_id] for d in work.documents if d.session_id in result.failures}
    ended = Done(keys, failed, result.seconds)
    with platform.state.writing() as connection:
        close_chunk(connection, backfill, chunk, ended, work.run_id, work.analysis_seq, platform.now())
        record_alerts(connection, alerts, suppressed)


def publish_due(platform: Platform) -> float:
    """Build and publish what is due; return the seconds it took. Raises ``PermanentFailure`` when dbt fails."""
    began = time.monotonic()
    with platform.state.reading() as connection:
        if not build_due(connection):
            return 0.0
    fail_unless_built(renew(platform.settings, platform.state, trends=True))
    with platform.state.reading() as connection:
        change = built_change(connection)
    publish(platform.settings)
    with platform.state.writing() as connection:
        record_published(connection, change)
    return time.monotonic() - began


def _note_deliveries(platform: Platform) -> list[str]:
    """Record what is due at each configured vendor, and return their names; none before the first publication."""
    if read_manifest(platform.settings.published_dir) is None:
        return []
    configured = [vendor for vendor in VENDORS if not vendor.missing(platform)]
    for vendor in configured:
        _note_vendor(platform, vendor)
    return [vendor.name for vendor in configured]


def _note_vendor(platform: Platform, vendor: Vendor) -> None:
    destination = vendor.make(platform, dry_run=False)
    lock = platform.settings.home / "locks" / f"{vendor.name}.lock"
    with exclusive(lock, f"to {vendor.name}", "Wait for that sync to end, then run again."), destination.open() as reader:
        for stage in destination.stages:
            for sources in batches(stage.sources(reader), CHUNK_SOURCES):
                note_what_is_due(platform.state, destination.name, stage.kind, sources, platform.now())


def _pool(workers: int, settings: Settings) -> ProcessPoolExecutor:
    """Return processes that are forked from one which has imported the work, and that end with this one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([redo_chunk.__module__])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(settings,))


def _begin(settings: Settings) -> None:
    end_with_parent()
    _settings.append(settings)


_settings: list[Settings] = []
"""Of the pool that this process belongs to."""


@cache
def _platform() -> Platform:
    return Platform(_settings[-1])


def _in_process(work: ChunkWork) -> ChunkResult:
    return redo_chunk(_platform(), work)
