"""Compute what ``voice analyze`` prints: one JSON object per document, in the order of the input (``docs/reports.md``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

from analyzers.call import AnnotatedCall
from analyzers.language.annotations import LanguageEngine
from analyzers.language.fan_out import FanOut, fan_out
from analyzers.language.transcript import transcript_of
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

    With more than one worker and enough documents, batches go to other processes, which construct the engine again by name.
    """
    how = FanOut(workers, BATCH, POOL_PAYS_FROM)
    return chain.from_iterable(fan_out(bodies, partial(_analyze_at, now), engine, reference, how))


def _analyze_at(now: datetime, batch: Sequence[Body], engine: LanguageEngine, reference: Reference) -> list[Analysed]:
    return analyze_batch(batch, engine, reference, now)


def analyze_batch(batch: Iterable[Body], engine: LanguageEngine, reference: Reference, now: datetime) -> list[Analysed]:
    """Annotate the transcripts of a batch together, which is how an engine is fastest, and compute their reports."""
    read = [_read(name, body, now) for name, body in batch]
    documents = [document for document in read if isinstance(document, SessionDocument)]
    annotations = iter(engine.annotate([transcript_of(document) for document in documents]))
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
