"""Language work on many transcripts: in this process for few, in a pool of processes for many, always in the order of the input.

Whoever calls decides what the work is; this module decides where it runs. An engine is not sent to another process: each makes its
own, once, by the engine's name.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from analyzers.language.annotations import LanguageEngine, TranscriptAnnotations
from analyzers.language.cache import AnnotationCache, annotate_all
from analyzers.language.engines import engine_named, runs_in_processes
from contract.document.session import TranscriptItem
from contract.platform.batching import batches
from contract.platform.failures import VoiceError
from contract.reference import Reference

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Sequence[Item], LanguageEngine, Reference], list[Result]]
"""One batch's work. Another process imports it, so it is a module's function, with arguments bound that can be sent there."""

Transcript = Sequence[TranscriptItem]
AnnotationOutcome = TranscriptAnnotations | str
"""The annotations, or why there are none."""


@dataclass(frozen=True, slots=True)
class FanOut:
    """``batch`` items are worked on together; ``pool_pays_from`` so many items, ``workers`` processes start, unless it is one."""

    workers: int
    batch: int
    pool_pays_from: int


def fan_out(
    items: Iterable[Item], work: Work[Item, Result], engine: LanguageEngine, reference: Reference, how: FanOut
) -> Iterator[list[Result]]:
    """Yield the results of each batch in order; reads no further ahead than it must. What ``work`` raises ends it.

    Engines that wait for a service stay in this process, whatever the number: ``runs_in_processes``.
    """
    waiting = iter(items)
    first = list(islice(waiting, how.pool_pays_from))
    parts = batches(chain(first, waiting), how.batch)
    if how.workers == 1 or len(first) < how.pool_pays_from or not runs_in_processes(engine.name):
        yield from (work(part, engine, reference) for part in parts)
    else:
        yield from _in_processes(parts, work, engine.name, reference.folder, how.workers)


def annotate_each(
    transcripts: Sequence[Transcript], engine: LanguageEngine, reference: Reference, cache: AnnotationCache | None = None
) -> list[AnnotationOutcome]:
    """Annotate; where the engine breaks on one transcript, put its failure in that one's place and go on with the rest.

    A ``VoiceError`` (a service that is unavailable, a wrong setting) concerns all of them and is raised.
    """
    try:
        return list(annotate_all(engine, transcripts, cache))
    except VoiceError:
        raise
    except Exception as error:  # an engine must not break; if it does, one transcript must not stop the batch
        if len(transcripts) == 1:
            return [f"engine {engine.name} raised {type(error).__name__}"]
        return [outcome for transcript in transcripts for outcome in annotate_each([transcript], engine, reference, cache)]


def _in_processes(
    parts: Iterable[list[Item]], work: Work[Item, Result], engine: str, folder: Path, workers: int
) -> Iterator[list[Result]]:
    """At most one batch waits for each that is worked on, so that memory does not grow with the input."""
    under_way: deque[Future[list[Result]]] = deque()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for part in parts:
            under_way.append(pool.submit(_by_name, work, part, engine, folder))
            if len(under_way) >= 2 * workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


@cache
def _tools(engine: str, folder: Path) -> tuple[LanguageEngine, Reference]:
    reference = Reference(folder)
    return engine_named(engine, reference), reference


def _by_name(work: Work[Item, Result], part: list[Item], engine: str, folder: Path) -> list[Result]:
    made, reference = _tools(engine, folder)
    return work(part, made, reference)
