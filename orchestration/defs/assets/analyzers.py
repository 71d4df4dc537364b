"""Define an asset for each of the nine analyzers, and ``analysis_results``, which joins their reports of the same bytes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from analyzers.cpu_limit import cpu_limit, failure_text
from analyzers.evidence import ReportModel
from analyzers.report_names import REPORT_NAMES
from analyzers.reports import ANALYZER_VERSION, ANALYZERS, REPORT_MODELS, Analyzer
from orchestration.defs.assets.call_assets import BatchRun, CallAsset, Written
from orchestration.defs.assets.failures import park_failed
from orchestration.defs.assets.lake_calls import LakeCall, calls_of_day, report_row, reports_of_day, result_row
from orchestration.intake.batch import Batch
from orchestration.resources import Platform
from orchestration.warehouse.lake import write_part


def analyzer_asset(analyzer: Analyzer) -> CallAsset:
    """Return an asset that runs one analyzer over the batch and writes its reports into the lake."""

    def write_reports(run: BatchRun) -> Written:
        platform, batch = run.platform, run.batch()
        failures: dict[str, str] = {}
        counts = {day: _write_reports(platform, analyzer, batch, day, failures) for day in batch.days}
        park_failed(platform, batch, failures)
        total = {"sessions": sum(counts.values()), "failed": len(failures)}
        return Written({day: {"sessions": n} for day, n in counts.items()}, total)

    deps = ["transcript_annotations", *analyzer.inputs]
    return CallAsset(analyzer.name, analyzer.description, write_reports, deps, code_version=ANALYZER_VERSION)


def _write_reports(platform: Platform, analyzer: Analyzer, batch: Batch, day: date, failures: dict[str, str]) -> int:
    inputs = reports_of_day(platform.store, analyzer.inputs, batch, day)
    rows: list[dict[str, Any]] = []
    for lake_call in calls_of_day(platform.store, platform.reference, batch, day):
        try:
            with cpu_limit(platform.settings.call_cpu_seconds):
                call = replace(lake_call.call, zone=platform.settings.business_zone)
                report = analyzer.report(call, platform.reference, _inputs(inputs, lake_call))
        except Exception as error:  # one call that makes an analyzer fail must not stop the others; it is rejected with its reason
            failures[lake_call.session_id] = failure_text(f"analyzer {analyzer.name}", error)
            continue
        rows.append(report_row(lake_call, batch.analysis_seq, report.model_dump_json()))
    write_part(platform.store, analyzer.name, day, batch.analysis_seq, rows, run_id=batch.run_id)
    platform.progress("analyze", len(rows))
    return len(rows)


def _inputs(rows: Mapping[str, Mapping[str, Mapping[str, Any]]], lake_call: LakeCall) -> dict[str, ReportModel]:
    return {
        name: REPORT_MODELS[name].model_validate_json(by_session[lake_call.session_id]["report"])
        for name, by_session in rows.items()
    }


def write_analysis_results(run: BatchRun) -> Written:
    """Join the nine reports of each session; one that lacks any, or has one of another document, gets no row."""
    platform, batch = run.platform, run.batch()
    counts = {day: _write_results(platform, batch, day) for day in batch.days}
    total = {"sessions": sum(counts.values())}
    return Written({day: {"sessions": n} for day, n in counts.items()}, total)


def _write_results(platform: Platform, batch: Batch, day: date) -> int:
    reports = reports_of_day(platform.store, REPORT_NAMES, batch, day)
    rows: list[dict[str, Any]] = []
    for lake_call in calls_of_day(platform.store, platform.reference, batch, day):
        own = {name: by_session.get(lake_call.session_id) for name, by_session in reports.items()}
        if all(row and row["doc_sha"] == lake_call.identity["doc_sha"] for row in own.values()):
            texts = {name: row["report"] for name, row in own.items() if row}
            rows.append(result_row(lake_call, batch.analysis_seq, platform.now(), texts))
    write_part(platform.store, "analysis_results", day, batch.analysis_seq, rows, run_id=batch.run_id)
    return len(rows)


ANALYZER_ASSETS = [analyzer_asset(analyzer) for analyzer in ANALYZERS]
ANALYSIS_RESULTS = CallAsset(
    "analysis_results",
    "Joins all nine reports of a session: one row per session, of one document hash (spec 8.1).",
    write_analysis_results,
    deps=REPORT_NAMES,
)
