"""Run one sync: plan what is due against what was sent, record the intent, send, record the outcome.

After a kill at any point the next run continues: an intent without an outcome is looked up at the destination, or sent again
under the same key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from contract.platform.batching import batches
from contract.platform.failures import PermanentFailure, TransientFailure
from contract.platform.settings import Settings
from contract.platform.times import real_time
from orchestration.delivery.backfilled import changed_by_backfill, record_suppressed
from orchestration.delivery.circuit import StoredCircuit
from orchestration.delivery.destination import AnyDestination, Noting, Stage, Urgent
from orchestration.delivery.failures import CircuitOpen, DestinationUnavailable, QuotaExceeded
from orchestration.delivery.items import Change, Counts, ItemOutcome, Source
from orchestration.delivery.log import (
    handled_versions,
    record_decisions,
    record_handled,
    record_intents,
    record_outcomes,
)
from orchestration.state.database import StateDatabase
from orchestration.warehouse.lock import WAIT_SECONDS, exclusive

CHUNK_SOURCES = 5000
"""Sources planned at a time: a few requests of 200 people each, and one transaction in the log."""
CHUNK_CHARACTERS = 20_000_000
"""Characters of text planned at a time: about 100 MB once parsed."""
SAMPLE = 5
"""Changes shown by a dry run."""
_NO_PROGRESS: Callable[[str, int], None] = lambda stage, done: None  # noqa: E731


@dataclass
class Summary:
    """The figures of one sync. ``failure`` is why it ended early; what is due stays due then."""

    destination: str
    counts_by_kind: dict[str, Counts] = field(default_factory=dict[str, Counts])
    samples: list[Change] = field(default_factory=list[Change])
    failure: str | None = None

    @property
    def failed_rows(self) -> int:
        return sum(counts.pending + counts.parked for counts in self.counts_by_kind.values())

    @property
    def completion_ratio(self) -> float | None:
        examined = sum(counts.examined for counts in self.counts_by_kind.values())
        return None if not examined else 1 - self.failed_rows / examined


def due_sources(stage: Stage[Any], destination: str, state: StateDatabase, reader: Any) -> Iterator[Source]:
    """Yield the sources that were never handled in this version, without holding all sources in memory."""
    for some in batches(stage.sources(reader), CHUNK_SOURCES):
        handled = handled_versions(state, destination, stage.kind, [source.key for source in some])
        yield from (source for source in some if handled.get(source.key) != source.version)


def sync(
    destination: AnyDestination,
    settings: Settings,
    state: StateDatabase,
    *,
    dry_run: bool = False,
    progress: Callable[[str, int], None] = _NO_PROGRESS,
    clock: Callable[[], datetime] = real_time,
    wait_seconds: float = WAIT_SECONDS,
) -> Summary:
    """Send what is due to the destination, one process at a time (spec 2.3).

    Raises ``CircuitOpen`` while its circuit is open and nothing urgent is due, ``TransientFailure`` when another process syncs it
    for ``wait_seconds``. A vendor that becomes unavailable ends the sync early: the summary's ``failure`` says why.
    """
    summary = Summary(destination.name)
    circuit = StoredCircuit(state, destination.name, clock)
    if dry_run:
        _sync(destination, destination.stages, _Run(state, circuit, summary, clock, progress, dry_run=True))
        return summary
    lock = settings.home / "locks" / f"{destination.name}.lock"
    with exclusive(lock, f"to {destination.name}", "Wait for that sync to end, then run again.", wait_seconds):
        stages = _allowed(destination, circuit, state)
        _sync(destination, stages, _Run(state, circuit, summary, clock, progress, dry_run=False))
    return summary


def _allowed(destination: AnyDestination, circuit: StoredCircuit, state: StateDatabase) -> Sequence[Stage[Any]]:
    """Return the stages that may send: all, or those for urgent items while the circuit is open and some are due."""
    try:
        circuit.check()
    except CircuitOpen:
        urgent = destination.urgent_stages if isinstance(destination, Urgent) else ()
        with destination.open() as reader:
            if not any(next(due_sources(stage, destination.name, state, reader), None) for stage in urgent):
                raise
        return urgent
    return destination.stages


@dataclass
class _Run:
    state: StateDatabase
    circuit: StoredCircuit
    summary: Summary
    clock: Callable[[], datetime]
    progress: Callable[[str, int], None]
    dry_run: bool


def _sync(destination: AnyDestination, stages: Sequence[Stage[Any]], run: _Run) -> None:
    with destination.open() as reader:
        for stage in stages:
            counts = run.summary.counts_by_kind.setdefault(stage.kind, Counts())
            for due in chunks(due_sources(stage, destination.name, run.state, reader)):
                chunk = without_backfilled(due, destination.name, stage.kind, run)
                if not chunk:
                    continue
                try:
                    _sync_chunk(destination.name, stage, chunk, reader, counts, run)
                except (DestinationUnavailable, QuotaExceeded) as failure:
                    run.summary.failure = str(failure)
                    if not run.dry_run:
                        run.circuit.pause() if isinstance(failure, QuotaExceeded) else run.circuit.failed()
                    return
                if not run.dry_run:
                    run.circuit.succeeded()
                run.progress(stage.kind, len(chunk))


def without_backfilled(due: Sequence[Source], destination: str, kind: str, run: _Run) -> list[Source]:
    """Return the sources without those that only backfills changed, which are recorded as handled."""
    backfilled = changed_by_backfill(run.state, destination, kind, due)
    if backfilled and not run.dry_run:
        with run.state.writing() as connection:
            record_suppressed(connection, destination, kind, backfilled, run.clock())
    return [source for source in due if source not in backfilled]


def chunks(sources: Iterable[Source]) -> Iterator[list[Source]]:
    """Cut what is due into chunks of bounded size, so that memory does not grow with it."""
    return batches(sources, CHUNK_SOURCES, size=lambda source: source.approx_chars, max_size=CHUNK_CHARACTERS)


def _sync_chunk(name: str, stage: Stage[Any], chunk: Sequence[Source], reader: Any, counts: Counts, run: _Run) -> None:
    planned = stage.plan(reader, chunk)
    sends = [change for change in planned if change.action == "send"]
    others = [change for change in planned if change.action != "send"]
    _count_planned(counts, planned)
    if run.dry_run:
        counts.sent += len(sends)
        run.summary.samples += sends[: max(0, SAMPLE - len(run.summary.samples))]
        return
    unsettled = {change.source for change in others if change.action == "wait"} | {change.source for change in sends}
    with run.state.writing() as connection:
        record_decisions(connection, name, stage.kind, others, run.clock())
        _note(stage, connection, [change for change in others if change.action == "unchanged"])
        record_intents(connection, name, stage.kind, sends, run.clock())
        record_handled(connection, name, stage.kind, [source for source in chunk if source.key not in unsettled])
    if sends:
        _send(name, stage, sends, [source for source in chunk if source.key in unsettled], others, counts, run)


def _send(
    name: str,
    stage: Stage[Any],
    sends: Sequence[Change],
    sources: Sequence[Source],
    others: Sequence[Change],
    counts: Counts,
    run: _Run,
) -> None:
    """Send the changes and record outcomes as they come; a source is handled once its last item is final."""
    changes = {change.key: change for change in sends}
    open_items: defaultdict[str, set[str]] = defaultdict(set)
    for change in (*sends, *(other for other in others if other.action == "wait")):
        open_items[change.source].add(change.key)
    versions = {source.key: source for source in sources}

    def record(outcomes: Sequence[ItemOutcome]) -> None:
        pairs = [(changes.pop(outcome.key), outcome) for outcome in outcomes]
        with run.state.writing() as connection:
            states = record_outcomes(connection, name, stage.kind, pairs, run.clock())
            _note(stage, connection, [change for (change, _), state in zip(pairs, states, strict=True) if state == "sent"])
            done: list[Source] = []
            for (change, _), state in zip(pairs, states, strict=True):
                setattr(counts, state, getattr(counts, state) + 1)
                if state != "pending":
                    open_items[change.source].discard(change.key)
                    if not open_items[change.source]:
                        done.append(versions[change.source])
            record_handled(connection, name, stage.kind, done)

    try:
        for outcomes in stage.send(sends):
            record(outcomes)
        if changes:
            raise PermanentFailure(f"{len(changes)} items of {name} got no outcome.", "This is a defect of the adapter: report it.")
    except TransientFailure as failure:
        code = failure.code if isinstance(failure, DestinationUnavailable) else None
        record([ItemOutcome(key, delivered=False, code=code, reason=str(failure)) for key in list(changes)])
        raise


def _note(stage: Stage[Any], connection: Connection, delivered: Sequence[Change]) -> None:
    if delivered and isinstance(stage, Noting):
        stage.note_delivered(connection, delivered)


def _count_planned(counts: Counts, planned: Sequence[Change]) -> None:
    counted: dict[str, str] = {
        "unchanged": "unchanged", "suppress": "suppressed", "park": "parked", "give_up": "parked", "wait": "pending",
        "supersede": "superseded",
    }  # fmt: skip
    for change in planned:
        counts.examined += 1
        counts.human_edited_fields += len(change.human_edited)
        if name := counted.get(change.action):
            setattr(counts, name, getattr(counts, name) + 1)
