"""Read the calls of a batch from the lake, documents joined with their annotations, and make the rows derived from them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from analyzers.call import AnnotatedCall
from analyzers.claims import ClaimsByEngine
from analyzers.language.annotations import TranscriptAnnotations
from analyzers.lead_score.models import LeadScore
from analyzers.no_prospect import gated
from analyzers.reports import ANALYZER_VERSION
from analyzers.sales_intelligence import SalesIntelligence
from contract.document.session import SessionDocument
from contract.platform.store import Store
from contract.reference import Reference
from orchestration.alerts.business import AnalysedCall
from orchestration.intake.batch import Batch
from orchestration.warehouse.lake import latest, read_part, read_parts

IDENTITY = ("session_id", "revision", "doc_sha")


@dataclass(frozen=True)
class LakeCall:
    """A call with the identity columns that every row derived from it repeats."""

    identity: Mapping[str, Any]
    call: AnnotatedCall

    @property
    def session_id(self) -> str:
        return self.identity["session_id"]


def rows_of(store: Store, asset: str, batch: Batch, day: date) -> dict[str, dict[str, Any]]:
    """Return the rows of the batch's sessions on one day, by session: from this batch's part, else the latest in the lake."""
    wanted = batch.sessions_of(day)
    rows = {
        s: row for s, row in latest(read_part(store, asset, day, batch.analysis_seq, run_id=batch.run_id)).items() if s in wanted
    }
    missing = wanted - rows.keys()
    if missing:
        rows.update((row["session_id"], row) for row in read_parts(store, asset, day, missing))
    return rows


def documents_of_day(store: Store, batch: Batch, day: date) -> list[tuple[dict[str, Any], SessionDocument]]:
    rows = rows_of(store, "session_documents", batch, day)
    return [(identity_of(row), SessionDocument.model_validate_json(row["document"])) for _, row in sorted(rows.items())]


@lru_cache(maxsize=512)
def calls_of_day(store: Store, reference: Reference, batch: Batch, day: date) -> tuple[LakeCall, ...]:
    """Return documents with the annotations of exactly these bytes, gated; cached for the analyzers that follow in this process.

    ``analysed_sessions`` empties the cache: no more than one batch is held.
    """
    annotations = rows_of(store, "transcript_annotations", batch, day)
    return tuple(
        lake_call(identity, document, annotations[document.session_id], reference)
        for identity, document in documents_of_day(store, batch, day)
        if annotations.get(document.session_id, {}).get("doc_sha") == identity["doc_sha"]
    )


def reports_of_day(store: Store, names: Iterable[str], batch: Batch, day: date) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the rows of the named reports by report, then session."""
    return {name: rows_of(store, name, batch, day) for name in names}


def lake_call(identity: Mapping[str, Any], document: SessionDocument, row: Mapping[str, Any], reference: Reference) -> LakeCall:
    """Return the call of a document and the annotation row of exactly its bytes, gated."""
    annotations = TranscriptAnnotations.model_validate(json.loads(row["annotations"]))
    identity = {**identity, "engine": row["engine"], "annotation_version": row["annotation_version"]}
    return LakeCall(identity, gated(AnnotatedCall(document, annotations), reference))


def analysed_call(
    document: SessionDocument, engine: str, sales: SalesIntelligence, score: LeadScore, claims: ClaimsByEngine
) -> AnalysedCall:
    """Return the call with what of its reports is claimed: alerts tell nothing else."""
    return AnalysedCall(document, claims.of(engine).sales_model(sales), score)


def annotation_row(identity: Mapping[str, Any], annotations: TranscriptAnnotations, analysis_seq: int) -> dict[str, Any]:
    return {
        **identity,
        "analysis_seq": analysis_seq,
        "engine": annotations.engine,
        "annotation_version": annotations.version,
        "fallback_reason": annotations.fallback_reason,
        "annotations": annotations.model_dump_json(),
    }


def report_row(lake_call: LakeCall, analysis_seq: int, report: str) -> dict[str, Any]:
    return {**lake_call.identity, "analysis_seq": analysis_seq, "analyzer_version": ANALYZER_VERSION, "report": report}


def result_row(lake_call: LakeCall, analysis_seq: int, analyzed_at: datetime, reports: Mapping[str, str]) -> dict[str, Any]:
    """Return the row of ``analysis_results`` with all nine reports as JSON text."""
    made = {"analysis_seq": analysis_seq, "analyzer_version": ANALYZER_VERSION, "analyzed_at": analyzed_at}
    return {**lake_call.identity, **made, **reports}


def identity_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in IDENTITY}
