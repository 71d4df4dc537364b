"""Compute what ``voice analyze`` prints: one JSON object per document, in the order of the input (``docs/reports.md``)."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from analyzers.call import AnnotatedCall
from analyzers.language.annotations import LanguageEngine
from analyzers.language.engines import engine_named, runs_in_processes
from analyzers.reports import ANALYZER_VERSION, analyze
from contract.document.session import SessionDocument
from contract.reading import read_document
from contract.reference import Reference
from contract.rejections import Rejected

BATCH = 64
"""Documents a batch: enough for an engine that annotates several transcripts together, few enough to hold in memory."""
POOL_PAYS_FROM = 2 * BATCH
"""Documents from which processes pay: each of them first has to load the engine, and one batch would occupy only one."""

Body = tuple[str, bytes]
Analysed = dict[str, Any]


def analyze_documents(
    bodies: Iterable[Body], engine: LanguageEngine, reference: Reference, now: datetime, workers: int
) -> Iterator[Analysed]:
    """Yield one object for each (file name, bytes): its nine reports, or why it was rejected.

    Reads no further ahead than it must. With more than one worker and enough documents, batches go to separate processes, which
    construct the engine again from its name.
    """
    waiting = iter(bodies)
    first = list(islice(waiting, POOL_PAYS_FROM))
    if workers == 1 or len(first) < POOL_PAYS_FROM or not runs_in_processes(engine.name):
        for batch in _batches(chain(first, waiting)):
            yield from analyze_batch(batch, engine, reference, now)
        return
    yield from _in_processes(_batches(chain(first, waiting)), engine.name, reference.folder, now, workers)


def analyze_batch(batch: Iterable[Body], engine: LanguageEngine, reference: Reference, now: datetime) -> list[Analysed]:
    """Annotate the transcripts of a batch together, which is how an engine is fastest, and compute their reports."""
    read = [_read(name, body, now) for name, body in batch]
    documents = [document for document in read if isinstance(document, SessionDocument)]
    annotations = iter(engine.annotate([document.transcript for document in documents]))
    return [_reports(AnnotatedCall(d, next(annotations)), reference) if isinstance(d, SessionDocument) else d for d in read]


def _read(name: str, body: bytes, now: datetime) -> SessionDocument | Analysed:
    try:
        return read_document(body, now=now)
    except Rejected as rejected:
        why = {"reason": rejected.reason.value, "detail": rejected.detail, "remedy": rejected.remedy}
        return {"file": name, "rejected": why}


def _reports(call: AnnotatedCall, reference: Reference) -> Analysed:
    return {
        "session_id": call.document.session_id,
        "analyzer_version": ANALYZER_VERSION,
        "engine": call.annotations.engine,
        **({"fallback_reason": call.annotations.fallback_reason} if call.annotations.fallback_reason else {}),
        "reports": {name: report.model_dump(mode="json") for name, report in analyze(call, reference).items()},
    }


def _batches(bodies: Iterable[Body]) -> Iterator[tuple[Body, ...]]:
    rest = iter(bodies)
    while batch := tuple(islice(rest, BATCH)):
        yield batch


def _in_processes(
    batches: Iterable[tuple[Body, ...]], engine: str, folder: Path, now: datetime, workers: int
) -> Iterator[Analysed]:
    """Analyze batches in processes, with at most one batch waiting per busy process so that memory does not grow with the input."""
    under_way: deque[Future[list[Analysed]]] = deque()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for batch in batches:
            under_way.append(pool.submit(_analyze_by_name, batch, engine, folder, now))
            if len(under_way) >= 2 * workers:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


@cache
def _tools(engine: str, folder: Path) -> tuple[LanguageEngine, Reference]:
    reference = Reference(folder)
    return engine_named(engine, reference), reference


def _analyze_by_name(batch: tuple[Body, ...], engine: str, folder: Path, now: datetime) -> list[Analysed]:
    made, reference = _tools(engine, folder)
    return analyze_batch(batch, made, reference, now)
