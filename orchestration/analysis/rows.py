"""Read what the lake holds of a batch, and make the rows of what was made of a call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from analyzers.reports import ANALYZER_VERSION
from contract.platform.store import Store
from orchestration.analysis.calls import AnnotationText
from orchestration.intake.batch import Batch
from orchestration.warehouse.lake import latest, read_part, read_parts

Row = Mapping[str, Any]
_IDENTITY = ("session_id", "revision", "doc_sha")


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


def identity_of(row: Row) -> dict[str, Any]:
    """Return the columns of a document's row that every row derived from it repeats."""
    return {name: row[name] for name in _IDENTITY}


def annotation_text(row: Row) -> AnnotationText:
    return AnnotationText(row["engine"], row["annotation_version"], row["fallback_reason"], row["annotations"])


def annotation_row(identity: Row, made: AnnotationText, analysis_seq: int) -> dict[str, Any]:
    return {
        **_with_engine(identity, made),
        "analysis_seq": analysis_seq,
        "fallback_reason": made.fallback_reason,
        "annotations": made.annotations,
    }


def report_row(identity: Row, made: AnnotationText, analysis_seq: int, report: str) -> dict[str, Any]:
    """Return the row of one report, which is JSON text, with what its call was annotated by."""
    return {**_with_engine(identity, made), "analysis_seq": analysis_seq, "analyzer_version": ANALYZER_VERSION, "report": report}


def result_row(
    identity: Row, made: AnnotationText, analysis_seq: int, analyzed_at: datetime, reports: Mapping[str, str]
) -> dict[str, Any]:
    """Return the row of ``analysis_results`` with all nine reports as JSON text."""
    versions = {"analysis_seq": analysis_seq, "analyzer_version": ANALYZER_VERSION, "analyzed_at": analyzed_at}
    return {**_with_engine(identity, made), **versions, **reports}


def _with_engine(identity: Row, made: AnnotationText) -> dict[str, Any]:
    return {**identity, "engine": made.engine, "annotation_version": made.version}
