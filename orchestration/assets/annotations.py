"""``transcript_annotations``: the only step that understands language, done once for all nine analyzers."""

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Any

import dagster as dg

from analyzers.language.annotations import LanguageEngine, TranscriptAnnotations
from analyzers.language.engines import engine_named
from analyzers.reference import Reference
from contract.session import SessionDocument, TranscriptItem
from orchestration.assets.documents import session_documents
from orchestration.assets.lake_calls import documents_of_day
from orchestration.assets.partitions import DAYS, batch_of, materialized
from orchestration.intake.batch import Batch
from orchestration.resources import Platform
from orchestration.warehouse.lake import write_part

POOL_PAYS_FROM = 150
_CHUNK = 25

Transcript = tuple[TranscriptItem, ...]


@dg.asset(partitions_def=DAYS, group_name="analysis", deps=[session_documents], kinds={"python", "parquet"})
def transcript_annotations(context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
    """Acts, sentiment and spans of every transcript of the batch, by the engine that ``VOICE_ENGINE`` names (spec 3)."""
    began, batch = time.monotonic(), batch_of(context, platform)
    by_day = {day: documents_of_day(platform.store, batch, day) for day in batch.days}
    documents = [document for day in batch.days for _, document in by_day[day]]
    made = iter(annotate(platform.engine, platform.settings.workers, documents, platform))
    for day, rows in by_day.items():
        part = [_row(identity, annotations, batch) for (identity, _), annotations in zip(rows, made, strict=False)]
        write_part(platform.store, "transcript_annotations", day, batch.analysis_seq, part)
    total = {"sessions": len(documents), "engine": platform.engine.name, "seconds": round(time.monotonic() - began, 3)}
    return materialized(context, {day: {"sessions": len(rows)} for day, rows in by_day.items()}, total)


def annotate(
    engine: LanguageEngine, workers: int, documents: Sequence[SessionDocument], platform: Platform
) -> list[TranscriptAnnotations]:
    """In this process for a few transcripts, in a pool of processes for many; in the order of ``documents``."""
    chunks = [tuple(_words(d) for d in documents[start : start + _CHUNK]) for start in range(0, len(documents), _CHUNK)]
    made: list[TranscriptAnnotations] = []
    if len(documents) < POOL_PAYS_FROM or workers == 1:
        results = map(engine.annotate, chunks)
        for result in results:
            made.extend(result)
            platform.progress("annotate", len(result))
        return made
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for result in pool.map(_annotate_chunk, [engine.name] * len(chunks), chunks):
            made.extend(result)
            platform.progress("annotate", len(result))
    return made


def _words(document: SessionDocument) -> Transcript:
    return document.transcript


@cache
def _engine(name: str) -> LanguageEngine:
    return engine_named(name, Reference())


def _annotate_chunk(engine: str, transcripts: tuple[Transcript, ...]) -> list[TranscriptAnnotations]:
    return _engine(engine).annotate(transcripts)


def _row(identity: dict[str, Any], annotations: TranscriptAnnotations, batch: Batch) -> dict[str, Any]:
    return {
        **identity,
        "analysis_seq": batch.analysis_seq,
        "engine": annotations.engine,
        "annotation_version": annotations.version,
        "fallback_reason": annotations.fallback_reason,
        "annotations": annotations.model_dump_json(),
    }
