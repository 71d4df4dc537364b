"""Keep backfills: what was asked for, their chunks, which of these are done, and how long each took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, func, select, update

from contract.platform.batching import batches
from orchestration.state.counters import counter, next_value
from orchestration.state.documents import AT_ONCE, record_analysed
from orchestration.state.failed_analyses import FailedRedo, failed_redos, record_failed
from orchestration.state.tables import BACKFILL_CHUNKS, BACKFILLS, DOCUMENTS, FAILED_REDOS


@dataclass(frozen=True)
class BackfillArguments:
    """What a backfill is to do. Without ``analyzer`` all are redone, and documents are annotated that ``engine`` has not yet.

    With ``failed_only`` it takes only calls whose latest analysis failed.
    """

    first_day: date
    last_day: date
    analyzer: str
    engine: str
    deliver: bool
    failed_only: bool = False


@dataclass(frozen=True)
class Chunk:
    """Sessions of one day that are redone together, named by the keys of their documents."""

    number: int
    day: date
    store_keys: tuple[str, ...]


@dataclass(frozen=True)
class Done:
    """The result of one chunk: the keys whose lake rows are complete, those that failed, with why, and what a process took."""

    redone: Sequence[str]
    failed: Mapping[str, str]
    seconds: float


@dataclass(frozen=True)
class Progress:
    """Figures of a backfill so far, in sessions; ``planned_seconds`` is the estimate of the plan."""

    chunks: int
    redone: int
    failed: int
    left_alone: int
    planned_seconds: float


@dataclass(frozen=True)
class MeasuredTimes:
    """Seconds of a process per session, and of build and publication for so many sessions; None where never measured."""

    work: float | None
    publishing: tuple[int, float] | None


def redoable(connection: Connection, asked: BackfillArguments) -> list[tuple[date, str]]:
    """Return day and key of every analysed document that is asked for, by day and by the batch that analysed it last."""
    c = DOCUMENTS.c
    days = c.day.between(asked.first_day, asked.last_day)
    query = select(c.day, c.store_key).where(days, c.state == "analysed", c.revision.is_not(None))
    if asked.failed_only:
        query = query.where(c.store_key.in_(select(FAILED_REDOS.c.store_key)))
    return list(connection.execute(query.order_by(c.day, c.analysis_seq, c.store_key)).tuples())


def unfinished(connection: Connection, asked: BackfillArguments) -> int | None:
    """Return the backfill that was asked for so and is not finished."""
    b = BACKFILLS.c
    same = [b[name] == value for name, value in vars(asked).items()]
    return connection.execute(select(b.id).where(b.state == "running", *same)).scalar_one_or_none()


def begin(
    connection: Connection,
    asked: BackfillArguments,
    chunks: Sequence[Chunk],
    destinations: Sequence[str],
    seconds: float,
    now: datetime,
) -> int:
    """Enter a backfill with its plan and return its id; one that was asked for so before is replaced."""
    if (former := unfinished(connection, asked)) is not None:
        connection.execute(update(BACKFILLS).where(BACKFILLS.c.id == former).values(state="replaced", finished_at=now))
    facts = {"state": "running", "start_seq": counter(connection, "analysis"), "planned_seconds": seconds, "planned_at": now}
    entry = BACKFILLS.insert().values(**vars(asked), **facts, destinations=list(destinations))
    number = connection.execute(entry.returning(BACKFILLS.c.id)).scalar_one()
    rows = [{"backfill": number, "number": c.number, "day": c.day, "store_keys": list(c.store_keys)} for c in chunks]
    if rows:
        connection.execute(BACKFILL_CHUNKS.insert(), rows)
    return number


def open_chunks(connection: Connection, backfill: int) -> list[Chunk]:
    """Return the chunks that are not done, in their order."""
    c = BACKFILL_CHUNKS.c
    query = select(c.number, c.day, c.store_keys).where(c.backfill == backfill, c.redone.is_(None)).order_by(c.number)
    return [Chunk(number, day, tuple(keys)) for number, day, keys in connection.execute(query)]


def open_chunk(connection: Connection, backfill: int, chunk: Chunk) -> tuple[int, list[Row[tuple[str, str, str, int]]]]:
    """Return the sequence of a chunk, assigned once, and its documents as (store_key, session_id, analysed_sha, analysis_seq).

    A document that a run of new calls has claimed or analysed since the plan is not among them.
    """
    b, k, c = BACKFILLS.c, BACKFILL_CHUNKS.c, DOCUMENTS.c
    own = (k.backfill == backfill) & (k.number == chunk.number)
    seq = connection.execute(select(k.analysis_seq).where(own)).scalar_one()
    if seq is None:
        seq = next_value(connection, "analysis")
        connection.execute(update(BACKFILL_CHUNKS).where(own).values(analysis_seq=seq))
    start = connection.execute(select(b.start_seq).where(b.id == backfill)).scalar_one()
    documents: list[Row[tuple[str, str, str, int]]] = []
    for keys in batches(chunk.store_keys, AT_ONCE):
        query = select(c.store_key, c.session_id, c.analysed_sha, c.analysis_seq)
        usable = c.store_key.in_(keys) & (c.state == "analysed") & (c.analysis_seq <= start)
        documents += connection.execute(query.where(usable).order_by(c.store_key)).all()
    return seq, documents


def close_chunk(connection: Connection, backfill: int, chunk: Chunk, done: Done, run_id: str, seq: int, now: datetime) -> int:
    """Record the sessions of a chunk in the ledger and the chunk as done; return the number of sessions redone.

    What a run of new calls took while the chunk was worked on stays as that run leaves it.
    """
    _, still = open_chunk(connection, backfill, chunk)
    unclaimed = {row.store_key for row in still}
    redone = record_analysed(connection, run_id, [key for key in done.redone if key in unclaimed], seq, now)
    failures = {key: detail for key, detail in done.failed.items() if key in unclaimed}
    failed = len(record_failed(connection, run_id, failures, now).kept)
    figures = {"redone": redone, "failed": failed, "seconds": done.seconds}
    figures["left_alone"] = len(chunk.store_keys) - redone - failed
    k = BACKFILL_CHUNKS.c
    connection.execute(update(BACKFILL_CHUNKS).where(k.backfill == backfill, k.number == chunk.number).values(figures))
    return redone


def finish(connection: Connection, backfill: int, publishing_seconds: float, now: datetime) -> None:
    figures = {"state": "finished", "publishing_seconds": publishing_seconds, "finished_at": now}
    connection.execute(update(BACKFILLS).where(BACKFILLS.c.id == backfill).values(figures))


def progress_of(connection: Connection, backfill: int) -> Progress:
    k = BACKFILL_CHUNKS.c
    sums = [func.coalesce(func.sum(column), 0) for column in (k.redone, k.failed, k.left_alone)]
    query = select(func.count(), *sums).where(k.backfill == backfill)
    planned = select(BACKFILLS.c.planned_seconds).where(BACKFILLS.c.id == backfill)
    chunks, redone, failed, left_alone = connection.execute(query).one()
    return Progress(chunks, redone, failed, left_alone, connection.execute(planned).scalar_one())


def chunk_run(backfill: int, chunk: int) -> str:
    """Return the id that a chunk has in place of a run's: it names the chunk's parts of the lake."""
    return f"backfill-{backfill}-{chunk}"


def failed_in(connection: Connection, backfill: int) -> list[FailedRedo]:
    """Return a sample of the calls that failed in a backfill and keep their earlier analysis."""
    k = BACKFILL_CHUNKS.c
    numbers = connection.execute(select(k.number).where(k.backfill == backfill, k.failed > 0)).scalars()
    return failed_redos(connection, [chunk_run(backfill, number) for number in numbers])


def measured(connection: Connection, asked: BackfillArguments) -> MeasuredTimes:
    """Return what such work took in the last backfill that did any here; the build's time is that of the last one of any work."""
    b, k = BACKFILLS.c, BACKFILL_CHUNKS.c
    alike = (b.analyzer == asked.analyzer) & (b.engine == asked.engine)
    of_work = select(k.backfill, func.sum(k.seconds), func.sum(k.redone)).join(BACKFILLS, b.id == k.backfill)
    per_backfill = of_work.where(alike, k.redone > 0).group_by(k.backfill).order_by(k.backfill.desc()).limit(1)
    work = connection.execute(per_backfill).one_or_none()
    redone = select(func.sum(k.redone)).where(k.backfill == b.id).scalar_subquery()
    ended = select(b.publishing_seconds, redone).where(b.publishing_seconds.is_not(None), redone > 0).order_by(b.id.desc()).limit(1)
    built = connection.execute(ended).one_or_none()
    return MeasuredTimes(work[1] / work[2] if work else None, (built[1], built[0]) if built else None)


def undelivered_analyses(connection: Connection, destination: str) -> frozenset[int]:
    """Return the sequences of backfills that deliver nothing, of those that began when this destination was in use."""
    b, k = BACKFILLS.c, BACKFILL_CHUNKS.c
    query = select(k.analysis_seq, b.destinations).join(BACKFILLS, b.id == k.backfill)
    rows = connection.execute(query.where(~b.deliver, k.analysis_seq.is_not(None))).tuples()
    return frozenset(seq for seq, destinations in rows if seq is not None and destination in destinations)
