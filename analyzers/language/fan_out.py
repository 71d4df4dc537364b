"""Language work on many transcripts: in this process for few, in a pool of processes for many, always in the order of the input.

Whoever calls decides what the work is; this module decides where it runs. An engine is not sent to another process: each makes its
own, once, by the engine's name. Processes stay for the next batch, so that two cores are used from ten calls on. They are forked
from a server that has imported all they need and load the models themselves: a session of onnxruntime does not survive a fork.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from analyzers.cpu_limit import cpu_limit, failure_text
from analyzers.language.annotations import LanguageEngine, TranscriptAnnotations
from analyzers.language.cache import AnnotationCache, annotate_all
from analyzers.language.engines import engine_named, runs_in_processes
from contract.document.session import TranscriptItem
from contract.platform.batching import batches
from contract.platform.child_process import end_with_parent
from contract.platform.failures import VoiceError
from contract.platform.garbage_collection import collect_rarely
from contract.reference import Reference

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Sequence[Item], LanguageEngine, Reference], list[Result]]
"""One batch's work. Another process imports it, so it is a module's function, with arguments bound that can be sent there."""

_PRELOADED = "analyzers.command"
"""Imports the engine and the analyzers into the server from which processes are forked; no model is loaded at import."""
_pools: dict[tuple[int, int], ProcessPoolExecutor] = {}

Transcript = Sequence[TranscriptItem]
AnnotationOutcome = TranscriptAnnotations | str
"""The annotations, or why there are none."""


RUNNING_POOL_PAYS_FROM = 10
"""Items that processes which run already take over: sending them costs little, and each has some."""
_SHARES = 2
"""Batches each process gets of few items, so that all end together though calls differ in length."""


@dataclass(frozen=True, slots=True)
class FanOut:
    """At most ``batch`` items are worked on together; from ``pool_pays_from`` items on ``workers`` processes start, if several.

    Where they run already, they are used from ``RUNNING_POOL_PAYS_FROM`` items on.
    """

    workers: int
    batch: int
    pool_pays_from: int


def fan_out(
    items: Iterable[Item],
    work: Work[Item, Result],
    engine: LanguageEngine,
    reference: Reference,
    how: FanOut,
    lost: Callable[[Item], Result] | None = None,
) -> Iterator[list[Result]]:
    """Yield the results of each batch in order; reads no further ahead than it must. What ``work`` raises ends it.

    When a process dies, what it and the others worked on is done again item by item, and ``lost`` gives the result of an item that
    kills its process then too; without ``lost``, ``BrokenExecutor`` is raised. Engines that wait for a service stay in this
    process, whatever the number: ``runs_in_processes``.
    """
    pays_from = min(RUNNING_POOL_PAYS_FROM, how.pool_pays_from) if _place(how.workers) in _pools else how.pool_pays_from
    waiting = iter(items)
    first = list(islice(waiting, max(pays_from, how.workers * _SHARES * how.batch)))
    if how.workers == 1 or len(first) < pays_from or not runs_in_processes(engine.name):
        yield from (work(part, engine, reference) for part in batches(chain(first, waiting), how.batch))
    else:
        parts = batches(chain(first, waiting), min(how.batch, -(-len(first) // (how.workers * _SHARES))))
        yield from _in_processes(parts, partial(_by_name, work, engine=engine.name, folder=reference.folder), how.workers, lost)


def annotate_each(
    transcripts: Sequence[Transcript],
    engine: LanguageEngine,
    reference: Reference,
    cache: AnnotationCache | None = None,
    cpu_seconds: float | None = None,
) -> list[AnnotationOutcome]:
    """Annotate; where the engine breaks on one transcript, put its failure in that one's place and go on with the rest.

    A transcript that takes more than ``cpu_seconds`` fails too; when all together take more, each is annotated alone.
    A ``VoiceError`` (a service that is unavailable, a wrong setting) concerns all of them and is raised.
    """
    try:
        with cpu_limit(cpu_seconds):
            return list(annotate_all(engine, transcripts, cache))
    except VoiceError:
        raise
    except Exception as error:  # an engine must not break; if it does, one transcript must not stop the batch
        if len(transcripts) == 1:
            return [failure_text(f"engine {engine.name}", error)]
        each = (annotate_each([transcript], engine, reference, cache, cpu_seconds) for transcript in transcripts)
        return [outcome for outcomes in each for outcome in outcomes]


def _in_processes(
    parts: Iterator[list[Item]],
    work: Callable[[list[Item]], list[Result]],
    workers: int,
    lost: Callable[[Item], Result] | None,
) -> Iterator[list[Result]]:
    """At most one batch waits for each that is worked on, so that memory does not grow with the input.

    A process that dies takes the whole pool with it: its batches are done again one by one, the rest in a new pool.
    """
    under_way: deque[list[Item]] = deque()
    while True:
        try:
            yield from _until_broken(parts, work, workers, under_way)
            return
        except BrokenExecutor:
            if lost is None:
                raise
        while under_way:
            yield _one_by_one(under_way.popleft(), work, lost)


def _until_broken(
    parts: Iterator[list[Item]], work: Callable[[list[Item]], list[Result]], workers: int, under_way: deque[list[Item]]
) -> Iterator[list[Result]]:
    """Yield results in order; ``under_way`` holds the batches without one when the pool breaks."""
    futures: deque[Future[list[Result]]] = deque()
    pool = _running_pool(workers)
    try:
        for part in parts:
            under_way.append(part)
            futures.append(pool.submit(work, part))
            if len(futures) >= 2 * workers:
                results = futures.popleft().result()
                under_way.popleft()
                yield results
        while futures:
            results = futures.popleft().result()
            under_way.popleft()
            yield results
    except BrokenExecutor:
        _pools.pop(_place(workers)).shutdown()
        raise
    finally:
        for future in futures:
            future.cancel()


def _one_by_one(part: Sequence[Item], work: Callable[[list[Item]], list[Result]], lost: Callable[[Item], Result]) -> list[Result]:
    """Work on each item alone in another process, and on the rest in a fresh one when that dies."""
    waiting, results = deque(part), list[Result]()
    while waiting:
        with _new_pool(1) as pool:
            try:
                while waiting:
                    results += pool.submit(work, [waiting[0]]).result()
                    waiting.popleft()
            except BrokenExecutor:
                results.append(lost(waiting.popleft()))
    return results


def _new_pool(workers: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", _PRELOADED])
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker)


def _begin_worker() -> None:
    end_with_parent()
    collect_rarely()


def _running_pool(workers: int) -> ProcessPoolExecutor:
    place = _place(workers)
    if place not in _pools:
        _pools[place] = _new_pool(workers)
    return _pools[place]


def _place(workers: int) -> tuple[int, int]:
    """Return what a pool is kept by: a forked process must not use that of its parent."""
    return os.getpid(), workers


@cache
def _tools(engine: str, folder: Path) -> tuple[LanguageEngine, Reference]:
    reference = Reference(folder)
    return engine_named(engine, reference), reference


def _by_name(work: Work[Item, Result], part: list[Item], *, engine: str, folder: Path) -> list[Result]:
    made, reference = _tools(engine, folder)
    return work(part, made, reference)
