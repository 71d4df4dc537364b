"""Annotate many calls through the Batch API, for backfills: the ordinary run then finds their annotations in the cache.

Repeating it is safe at any point: what is cached or under way is not sent again, and results of a killed run are collected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from analyzers.language.annotations import LanguageEngine
from analyzers.language.cache import AnnotationCache, Transcript, transcript_hash
from analyzers.language.openai_engine.batch import BatchJob
from analyzers.language.openai_engine.engine import OpenAIEngine
from contract.platform.failures import ConfigurationFailure
from contract.platform.store import Store
from orchestration.state.annotation_batches import StateBatchLedger
from orchestration.state.database import StateDatabase

POLL_SECONDS = 60.0  # between polls of the vendor's batch, which takes minutes to hours


@dataclass(frozen=True)
class BatchAnnotation:
    """Counts of a batch annotation. ``held_back`` waits for the next day's budget; ``failed`` is retried by the ordinary run."""

    requests: int
    annotated: int
    failed: int
    held_back: int
    under_way: int


def batch_job(engine: LanguageEngine, store: Store, state: StateDatabase) -> BatchJob:
    """Make the batch job; raises ``ConfigurationFailure`` unless the engine is ``openai``."""
    if not isinstance(engine, OpenAIEngine):
        raise ConfigurationFailure(f"The engine {engine.name} has no batches.", "Set VOICE_ENGINE=openai.")
    if engine.settings.openai_dialect != "responses":
        raise ConfigurationFailure("Chat Completions have no batches here.", "Set VOICE_OPENAI_DIALECT=responses.")
    return BatchJob(engine, StateBatchLedger(state), AnnotationCache(store))


def annotate_in_batches(
    job: BatchJob,
    transcripts: Iterable[Transcript],
    sleep: Callable[[float], None],
    polls: int | None = None,
    progress: Callable[[str, int], None] = lambda stage, done: None,
) -> BatchAnnotation:
    """Submit, then poll once a minute until nothing is under way, or ``polls`` times; ``sleep`` takes seconds."""
    by_hash = {transcript_hash(items): items for items in transcripts}
    sent = job.submit(by_hash)
    annotated, failed, polled = 0, 0, 0
    while True:
        found = job.collect(by_hash)
        annotated, failed, polled = annotated + found.annotated, failed + len(found.failed), polled + 1
        progress("batch", annotated)
        if not found.under_way or polled == polls:
            return BatchAnnotation(sent.requests, annotated, failed, sent.held_back, found.under_way)
        sleep(POLL_SECONDS)
