"""Define ``transcript_annotations``: the only step that interprets language, done once for all nine analyzers."""

from collections.abc import Sequence
from functools import partial

from analyzers.language.annotations import LanguageEngine
from analyzers.language.fan_out import AnnotationOutcome, FanOut, Transcript, annotate_each, fan_out
from analyzers.language.transcript import transcript_of
from contract.document.session import SessionDocument
from orchestration.annotation.engine import cache_for
from orchestration.defs.assets.call_assets import BatchRun, CallAsset, Written
from orchestration.defs.assets.failures import park_failed
from orchestration.defs.assets.lake_calls import annotation_row, documents_of_day
from orchestration.resources import Platform
from orchestration.warehouse.lake import write_part

POOL_PAYS_FROM = 150  # calls: below it, starting a pool of processes costs more than it saves
_CHUNK = 25  # calls handed to a process at a time: small enough that all processes end together


def write_annotations(run: BatchRun) -> Written:
    """Annotate the transcripts of the batch; one that the engine cannot bear is rejected, and the others go on."""
    platform, batch = run.platform, run.batch()
    by_day = {day: documents_of_day(platform.store, batch, day) for day in batch.days}
    documents = [document for day in batch.days for _, document in by_day[day]]
    made = iter(annotate(platform.engine, platform.settings.workers, documents, platform))
    failures: dict[str, str] = {}
    fell_back = 0
    for day, rows in by_day.items():
        outcomes = list(zip(rows, made, strict=False))
        part = [
            annotation_row(identity, outcome, batch.analysis_seq)
            for (identity, _), outcome in outcomes
            if not isinstance(outcome, str)
        ]
        failures |= {document.session_id: outcome for (_, document), outcome in outcomes if isinstance(outcome, str)}
        fell_back += sum(1 for row in part if row["fallback_reason"])
        write_part(platform.store, "transcript_annotations", day, batch.analysis_seq, part, run_id=batch.run_id)
    park_failed(platform, batch, failures)
    total = {
        "sessions": len(documents),
        "failed": len(failures),
        "fell_back": fell_back,
        "engine": platform.engine.name,
    }
    return Written({day: {"sessions": len(rows)} for day, rows in by_day.items()}, total)


def annotate(
    engine: LanguageEngine, workers: int, documents: Sequence[SessionDocument], platform: Platform
) -> list[AnnotationOutcome]:
    """Annotate in this process when there are few transcripts, else in a process pool; keeps the order of ``documents``."""
    work = partial(annotate_each, cache=cache_for(engine, platform.store), cpu_seconds=platform.settings.call_cpu_seconds)
    transcripts = [transcript_of(document) for document in documents]
    made: list[AnnotationOutcome] = []
    how = FanOut(workers, _CHUNK, POOL_PAYS_FROM)
    for results in fan_out(transcripts, work, engine, platform.reference, how, lost=_killed):
        made.extend(results)
        platform.progress("annotate", len(results))
    return made


def _killed(transcript: Transcript) -> AnnotationOutcome:
    return "it killed the process that annotated it, twice"


TRANSCRIPT_ANNOTATIONS = CallAsset(
    "transcript_annotations",
    "Annotates every transcript of the batch with acts, sentiment and spans, by the engine in `VOICE_ENGINE`.",
    write_annotations,
    deps=["session_documents"],
)
