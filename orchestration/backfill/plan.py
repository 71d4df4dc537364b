"""Plan a backfill: its chunks, and by day what it will take in time, tokens and money. Planning spends nothing.

Time is what such work took here before; where it was never measured, a few sessions are redone on trial and nothing is kept of
them. What a paid engine will be asked is estimated from a sample of each day.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from analyzers.language.cache import AnnotationCache, transcript_hash
from analyzers.language.engines import costs_money, runs_in_processes
from analyzers.language.transcript import transcript_of
from contract.document.session import SessionDocument
from contract.platform.batching import batches
from orchestration.backfill.work import ChunkDocument, ChunkWork, Redone, analyse_chunk, is_annotated
from orchestration.resources import Platform
from orchestration.state.backfills import BackfillArguments, Chunk, MeasuredTimes, measured, redoable
from orchestration.state.documents import documents_of
from orchestration.warehouse.lake import read_versions

if TYPE_CHECKING:
    from analyzers.language.openai_engine.engine import OpenAIEngine

CHUNK_SESSIONS = 500
"""Sessions redone together: enough that parts stay few, few enough for the memory of a process (350 MB at most, measured)."""
TRIAL_SESSIONS = 60
"""Sessions redone on trial: under a second of work where only reports are made, a few seconds where transcripts are annotated."""
_WARM_UP = 5
"""Sessions redone before the clock starts: the first ones load models and tables."""
_SAMPLE_A_DAY = 20
"""Transcripts of a day whose requests are made up, to count their tokens; their lengths differ by about a half."""
BUILD_SECONDS, BUILD_SECONDS_A_SESSION = 4.0, 0.002
"""Build and publication, until measured here: fixed, and for each session (5.9 s for 2,000 redone calls, 24 s for 10,000)."""


@dataclass(frozen=True)
class Spending:
    """What a paid engine is expected to take for the sessions not in its cache; ``usd`` is None where the model has no price."""

    requests: int = 0
    tokens: int = 0
    usd: float | None = 0.0

    def plus(self, other: Spending) -> Spending:
        usd = None if self.usd is None or other.usd is None else self.usd + other.usd
        return Spending(self.requests + other.requests, self.tokens + other.tokens, usd)


@dataclass(frozen=True)
class DayPlan:
    """What one UTC day will take; ``seconds`` is wall time without the build."""

    day: date
    sessions: int
    seconds: float
    spending: Spending | None = None


@dataclass(frozen=True)
class BackfillPlan:
    """Chunks and figures. ``measured`` says whether the time comes from earlier backfills here, or from a trial."""

    asked: BackfillArguments
    chunks: tuple[Chunk, ...]
    days: tuple[DayPlan, ...]
    publishing_seconds: float
    measured: bool
    daily_usd: float | None = None

    @property
    def sessions(self) -> int:
        return sum(day.sessions for day in self.days)

    @property
    def seconds(self) -> float:
        """Estimated wall time of everything."""
        return sum(day.seconds for day in self.days) + self.publishing_seconds

    @property
    def spending(self) -> Spending | None:
        """What a paid engine is expected to take; None when none is asked."""
        known = [day.spending for day in self.days if day.spending]
        total = Spending()
        for spending in known:
            total = total.plus(spending)
        return total if known else None

    @property
    def days_of_ceiling(self) -> int | None:
        """UTC days that the daily ceiling spreads the spending over; None where no money is spent or its amount is unknown."""
        if not (self.spending and self.spending.usd and self.daily_usd):
            return None
        return math.ceil(self.spending.usd / self.daily_usd)

    def as_dict(self) -> dict[str, Any]:
        return {
            "days": [asdict(day) for day in self.days],
            "sessions": self.sessions,
            "seconds": round(self.seconds, 1),
            "publishing_seconds": round(self.publishing_seconds, 1),
            "measured": self.measured,
            "spending": asdict(self.spending) if self.spending else None,
            "days_of_ceiling": self.days_of_ceiling,
        }


def plan_backfill(platform: Platform, asked: BackfillArguments, redone: Redone) -> BackfillPlan:
    """Plan the analysed sessions of the days; reads the lake and writes nothing. ``asked.engine`` is the platform's engine."""
    with platform.state.reading() as connection:
        found = redoable(connection, asked)
        known = measured(connection, asked)
    chunks = tuple(chunks_of(found))
    if not chunks:
        return BackfillPlan(asked, (), (), 0.0, measured=False)
    sessions = Counter(day for day, _ in found)
    rate = known.work if known.work is not None else _tried(platform, chunks, redone)
    paid = cast("OpenAIEngine", platform.engine) if costs_money(asked.engine or "embedded") else None
    spending = {day: _spending(platform, paid, day, keys) for day, keys in _sampled(chunks).items()} if paid else {}
    workers = platform.settings.workers if not asked.engine or runs_in_processes(asked.engine) else 1
    days = [
        _day(platform, day, count, rate * count / min(workers, len(chunks)), spending.get(day))
        for day, count in sorted(sessions.items())
    ]
    limit = platform.settings.openai_daily_usd if paid else None
    publishing = publishing_seconds(known, len(found))
    return BackfillPlan(asked, chunks, tuple(days), publishing, known.work is not None, limit)


def chunks_of(documents: Sequence[tuple[date, str]]) -> Iterator[Chunk]:
    """Cut the documents (day and key, by day) into chunks of one day and bounded size."""
    number = 0
    for day, of_day in groupby(documents, key=lambda found: found[0]):
        for keys in batches([key for _, key in of_day], CHUNK_SESSIONS):
            yield Chunk(number, day, tuple(keys))
            number += 1


def publishing_seconds(known: MeasuredTimes, sessions: int) -> float:
    """Return the time of build and publication: by default, corrected by how far the default was off the last time."""
    if known.publishing is None:
        return _default_publishing(sessions)
    before, seconds = known.publishing
    return _default_publishing(sessions) * seconds / _default_publishing(before)


def _default_publishing(sessions: int) -> float:
    return BUILD_SECONDS + BUILD_SECONDS_A_SESSION * sessions


def _tried(platform: Platform, chunks: Sequence[Chunk], redone: Redone) -> float:
    """Return the seconds a session takes: a few of the largest chunk are redone and nothing is kept.

    Where transcripts would have to be annotated by an engine that costs money, only the reports are tried.
    """
    largest = max(chunks, key=lambda chunk: len(chunk.store_keys))
    free = replace(redone, annotates=redone.annotates and runs_in_processes(platform.engine.name))
    documents = _ledger_rows(platform, largest.store_keys[: TRIAL_SESSIONS + _WARM_UP])
    if len(documents) > 2 * _WARM_UP:
        analyse_chunk(platform, _work(platform, largest.day, documents[:_WARM_UP], free))
        documents = documents[_WARM_UP:]
    began = time.monotonic()
    analyse_chunk(platform, _work(platform, largest.day, documents, free))
    return (time.monotonic() - began) / max(1, len(documents))


def _work(platform: Platform, day: date, documents: Sequence[ChunkDocument], redone: Redone) -> ChunkWork:
    return ChunkWork(day, tuple(documents), redone, 0, "trial", platform.now())


def _ledger_rows(platform: Platform, keys: Sequence[str]) -> list[ChunkDocument]:
    with platform.state.reading() as connection:
        rows = documents_of(connection, keys)
    return [ChunkDocument(key, row.session_id, row.analysed_sha, row.analysis_seq) for key, row in sorted(rows.items())]


def _sampled(chunks: Sequence[Chunk]) -> dict[date, tuple[int, list[str]]]:
    """Return for each day the number of its documents, and keys spread over them."""
    found: dict[date, tuple[int, list[str]]] = {}
    for day, of_day in groupby(chunks, key=lambda chunk: chunk.day):
        keys = [key for chunk in of_day for key in chunk.store_keys]
        found[day] = len(keys), keys[:: max(1, len(keys) // _SAMPLE_A_DAY)]
    return found


def _spending(platform: Platform, engine: OpenAIEngine, day: date, sampled: tuple[int, list[str]]) -> Spending:
    """Estimate what the engine takes for a day, from the sampled transcripts that neither lake nor cache have annotated."""
    count, keys = sampled
    documents = {document.session_id: document for document in _ledger_rows(platform, keys)}
    versions = {session: document.doc_sha for session, document in documents.items()}
    seqs = {document.analysis_seq for document in documents.values()}
    identity = ("session_id", "revision", "doc_sha", "analysis_seq")
    columns = (*identity, "engine", "annotation_version", "fallback_reason")
    annotated = read_versions(platform.store, "transcript_annotations", day, versions, seqs, columns)
    rows = read_versions(platform.store, "session_documents", day, versions, seqs, (*identity, "document"))
    total = Spending()
    for session, row in rows.items():
        if not is_annotated(annotated.get(session), engine.name, engine.version):
            total = total.plus(_asked(platform, engine, row))
    share = count / max(1, len(rows))
    usd = None if total.usd is None else total.usd * share
    return Spending(round(total.requests * share), round(total.tokens * share), usd)


def _asked(platform: Platform, engine: OpenAIEngine, row: Mapping[str, Any]) -> Spending:
    """Return what one transcript is expected to take; nothing when it is empty or its annotations are in the cache."""
    items = transcript_of(SessionDocument.model_validate_json(row["document"]))
    if not items or platform.store.exists(AnnotationCache.key(transcript_hash(items), engine.name, engine.version)):
        return Spending()
    usage = engine.requests.expected(engine.requests.body(items), len(items))
    return Spending(1, usage.input + usage.output, engine.pricing.cost(usage))


def _day(platform: Platform, day: date, sessions: int, seconds: float, spending: Spending | None) -> DayPlan:
    """Return the plan of a day: a paid engine's answers take at least what its limits by the minute allow."""
    settings = platform.settings
    waits = (
        60 * max(spending.requests / settings.openai_requests_per_minute, spending.tokens / settings.openai_tokens_per_minute)
        if spending
        else 0.0
    )
    return DayPlan(day, sessions, max(seconds, waits), spending)
