"""Define ``transcript_annotations``, an asset for each of the nine analyzers, and ``analysis_results``, which joins their reports.

What they write is made in one pass over the calls (``batch_analysis``), of all that are selected; each alone reads its inputs from
the lake.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from analyzers.report_names import REPORT_NAMES
from analyzers.reports import ANALYZER_VERSION, ANALYZERS, Analyzer
from orchestration.analysis.calls import ANNOTATIONS
from orchestration.analysis.rows import annotation_row, annotation_text, identity_of, report_row, result_row, rows_of
from orchestration.defs.assets.call_assets import BatchRun, CallAsset, Figures, Written
from orchestration.defs.assets.failures import park_failed
from orchestration.intake.batch import Batch
from orchestration.resources import Platform
from orchestration.warehouse.lake import write_part


def write_annotations(run: BatchRun) -> Written:
    """Write the annotations of the batch; a call that the engine cannot bear is rejected, and the others go on."""
    batch, calls = run.batch(), run.calls
    rows = {
        day: [annotation_row(c.identity, c.made.annotations, batch.analysis_seq) for c in of_day if c.made.annotations]
        for day, of_day in calls.items()
    }
    written = _write(run, batch, ANNOTATIONS, rows)
    fell_back = sum(1 for of_day in rows.values() for row in of_day if row["fallback_reason"])
    return Written(written.days, {**written.total, "fell_back": fell_back, "engine": run.platform.engine.name})


def analyzer_asset(analyzer: Analyzer) -> CallAsset:
    """Return an asset that writes the reports of one analyzer into the lake."""

    def write_reports(run: BatchRun) -> Written:
        batch = run.batch()
        rows = {
            day: [
                report_row(c.identity, c.made.annotations, batch.analysis_seq, c.made.reports[analyzer.name])
                for c in of_day
                if c.made.annotations and analyzer.name in c.made.reports
            ]
            for day, of_day in run.calls.items()
        }
        return _write(run, batch, analyzer.name, rows)

    deps = [ANNOTATIONS, *analyzer.inputs]
    return CallAsset(analyzer.name, analyzer.description, write_reports, deps, code_version=ANALYZER_VERSION)


def _write(run: BatchRun, batch: Batch, asset: str, rows: Mapping[date, list[dict[str, Any]]]) -> Written:
    """Write the rows of an asset by day, and reject the calls whose analysis failed in it."""
    failures = {
        c.session_id: c.made.failure.detail
        for of_day in run.calls.values()
        for c in of_day
        if c.made.failure and c.made.failure.asset == asset
    }
    for day, of_day in rows.items():
        write_part(run.platform.store, asset, day, batch.analysis_seq, of_day, run_id=batch.run_id)
    park_failed(run.platform, batch, failures)
    days: dict[date, Figures] = {day: {"sessions": len(of_day)} for day, of_day in rows.items()}
    return Written(days, {"sessions": sum(len(of_day) for of_day in rows.values()), "failed": len(failures)})


def write_analysis_results(run: BatchRun) -> Written:
    """Join the nine reports of each session; one that lacks any, or has one of another document, gets no row."""
    platform, batch = run.platform, run.batch()
    counts = {day: _write_results(platform, batch, day) for day in batch.days}
    total = {"sessions": sum(counts.values())}
    return Written({day: {"sessions": n} for day, n in counts.items()}, total)


def _write_results(platform: Platform, batch: Batch, day: date) -> int:
    documents, annotations = (rows_of(platform.store, asset, batch, day) for asset in ("session_documents", ANNOTATIONS))
    reports = {name: rows_of(platform.store, name, batch, day) for name in REPORT_NAMES}
    rows: list[dict[str, Any]] = []
    for session, document in documents.items():
        annotated, own = annotations.get(session), {name: of_name.get(session) for name, of_name in reports.items()}
        if annotated and all(row and row["doc_sha"] == document["doc_sha"] for row in (annotated, *own.values())):
            texts = {name: row["report"] for name, row in own.items() if row}
            made = annotation_text(annotated)
            rows.append(result_row(identity_of(document), made, batch.analysis_seq, platform.now(), texts))
    write_part(platform.store, "analysis_results", day, batch.analysis_seq, rows, run_id=batch.run_id)
    return len(rows)


TRANSCRIPT_ANNOTATIONS = CallAsset(
    ANNOTATIONS,
    "Annotates every transcript of the batch with acts, sentiment and spans, by the engine in `VOICE_ENGINE`. The reports that are"
    " selected with it are made in the same pass over the calls, so its time is that of all.",
    write_annotations,
    deps=["session_documents"],
)
ANALYZER_ASSETS = [analyzer_asset(analyzer) for analyzer in ANALYZERS]
ANALYSIS_RESULTS = CallAsset(
    "analysis_results",
    "Joins all nine reports of a session: one row per session, of one document hash (spec 8.1).",
    write_analysis_results,
    deps=REPORT_NAMES,
)
