"""Redo the sessions of one chunk: read its rows of the lake, run analyzers, write its parts. Runs in any process.

A chunk repeated under the same sequence writes the same parts again, so a process may die at any moment.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, cast

from analyzers.claims import ClaimsByEngine
from analyzers.cpu_limit import cpu_limit, failure_text
from analyzers.evidence import ReportModel
from analyzers.language.annotations import TranscriptAnnotations
from analyzers.language.fan_out import annotate_each
from analyzers.language.transcript import transcript_of
from analyzers.lead_score.models import LeadScore
from analyzers.report_names import REPORT_NAMES
from analyzers.reports import ANALYZERS, REPORT_MODELS, Analyzer
from analyzers.sales_intelligence import SalesIntelligence
from contract.document.session import SessionDocument
from contract.platform.failures import ConfigurationFailure
from contract.platform.store import Store
from orchestration.alerts.business import Alert, business_alerts
from orchestration.annotation.engine import cache_for
from orchestration.defs.assets.lake_calls import (
    LakeCall,
    analysed_call,
    annotation_row,
    identity_of,
    lake_call,
    report_row,
    result_row,
)
from orchestration.resources import Platform
from orchestration.warehouse.lake import read_versions, write_part

CEILING = "cost_ceiling"
_ALERTED = frozenset({"sales_intelligence", "lead_score"})
"""Reports that alerts are made of: the second is redone with the first, and the first is an input of the second."""
_VERSION = ("session_id", "revision", "doc_sha", "analysis_seq")
_DOCUMENT = (*_VERSION, "complete", "lead_key", "document")
_ANNOTATIONS = (*_VERSION, "engine", "annotation_version", "fallback_reason", "annotations")
_RESULT = (*_VERSION, *REPORT_NAMES)


@dataclass(frozen=True)
class Redone:
    """What is made of each session: the analyzers in their order, and annotations where the engine's own are lacking."""

    analyzers: tuple[str, ...]
    annotates: bool


@dataclass(frozen=True)
class ChunkDocument:
    """A document as the ledger has it: its content when it was analysed last, and the batch that did."""

    store_key: str
    session_id: str
    doc_sha: str
    analysis_seq: int


@dataclass(frozen=True)
class ChunkWork:
    """One chunk to redo; ``analysis_seq`` and ``run_id`` name the parts it writes."""

    day: date
    documents: tuple[ChunkDocument, ...]
    redone: Redone
    analysis_seq: int
    run_id: str
    analyzed_at: datetime

    @property
    def versions(self) -> dict[str, str]:
        return {document.session_id: document.doc_sha for document in self.documents}

    @property
    def former_sequences(self) -> frozenset[int]:
        return frozenset(document.analysis_seq for document in self.documents)


@dataclass(frozen=True)
class CallAlerts:
    """The alerts of a call, for a caller who may be called and for one who asked in another call not to be."""

    lead_key: str
    may_be_called: bool
    wanted: tuple[Alert, ...]
    opted_out: tuple[Alert, ...]


@dataclass
class ChunkResult:
    """What came of a chunk. When ``ceiling_reached`` nothing of it was written: what was annotated is in the cache."""

    sessions: list[str] = field(default_factory=list[str])
    failures: dict[str, str] = field(default_factory=dict[str, str])
    alerts: list[CallAlerts] = field(default_factory=list[CallAlerts])
    ceiling_reached: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class _Rows:
    """Rows of the lake of one chunk, each by session."""

    documents: Mapping[str, Mapping[str, Any]]
    annotations: Mapping[str, Mapping[str, Any]]
    results: Mapping[str, Mapping[str, Any]]


def redone_by(analyzer: str | None) -> Redone:
    """Return the analyzer with those that depend on its report, directly or not; all of them, and annotations, without a name.

    Raises ``ConfigurationFailure`` for a name that no analyzer has.
    """
    if analyzer is None:
        return Redone(tuple(one.name for one in ANALYZERS), annotates=True)
    if analyzer not in REPORT_MODELS:
        raise ConfigurationFailure(f"There is no analyzer {analyzer}.", f"Use one of {', '.join(a.name for a in ANALYZERS)}.")
    redone = {analyzer}
    for one in ANALYZERS:  # in an order in which each finds its inputs
        if redone.intersection(one.inputs):
            redone.add(one.name)
    return Redone(tuple(one.name for one in ANALYZERS if one.name in redone), annotates=False)


def redo_chunk(platform: Platform, work: ChunkWork) -> ChunkResult:
    """Redo the sessions and write their parts. A session whose rows the lake lacks is in neither list of the result."""
    began = time.monotonic()
    made = analyse_chunk(platform, work)
    if not made.result.ceiling_reached:
        for asset, rows in made.parts.items():
            write_part(platform.store, asset, work.day, work.analysis_seq, rows, run_id=work.run_id)
    made.result.seconds = time.monotonic() - began
    return made.result


@dataclass
class Made:
    """The rows made of a chunk by asset of the lake, and the result to record."""

    result: ChunkResult
    parts: dict[str, list[dict[str, Any]]]


def analyse_chunk(platform: Platform, work: ChunkWork) -> Made:
    """Make the rows of a chunk and write nothing but the cache of a paid engine."""
    rows = _read(platform.store, work)
    result = ChunkResult()
    parts: dict[str, list[dict[str, Any]]] = {"transcript_annotations": [], **{name: [] for name in work.redone.analyzers}}
    parts["analysis_results"] = []
    documents = {s: SessionDocument.model_validate_json(row["document"]) for s, row in rows.documents.items()}
    annotations = dict(rows.annotations)
    if work.redone.annotates:
        parts["transcript_annotations"] = _annotated(platform, work, rows, documents, result)
        annotations |= {row["session_id"]: row for row in parts["transcript_annotations"]}
        if result.ceiling_reached:
            return Made(result, parts)
    analyzers = [one for one in ANALYZERS if one.name in work.redone.analyzers]
    complete = len(analyzers) == len(ANALYZERS)
    for session, document in sorted(documents.items()):
        former = rows.results.get(session, {})
        if session in result.failures or session not in annotations or not (former or complete):
            continue
        call = lake_call(identity_of(rows.documents[session]), document, annotations[session], platform.reference)
        reports, failure = _reports(platform, call, analyzers, former)
        if failure:
            result.failures[session] = failure
            continue
        made = {name: reports[name].model_dump_json() for name in work.redone.analyzers}
        texts = {name: str(former[name]) for name in REPORT_NAMES if name not in made} | made
        for name, text in made.items():
            parts[name].append(report_row(call, work.analysis_seq, text))
        parts["analysis_results"].append(result_row(call, work.analysis_seq, work.analyzed_at, texts))
        result.sessions.append(session)
        if _ALERTED.intersection(work.redone.analyzers):
            result.alerts.append(_alerts(platform, call, reports, str(rows.documents[session]["lead_key"])))
    return Made(result, parts)


def _read(store: Store, work: ChunkWork) -> _Rows:
    def rows(asset: str, columns: Sequence[str]) -> dict[str, dict[str, Any]]:
        return read_versions(store, asset, work.day, work.versions, work.former_sequences, columns)

    partial = len(work.redone.analyzers) < len(ANALYZERS)
    return _Rows(
        rows("session_documents", _DOCUMENT),
        rows("transcript_annotations", _ANNOTATIONS),
        rows("analysis_results", _RESULT) if partial else {},
    )


def _annotated(
    platform: Platform, work: ChunkWork, rows: _Rows, documents: Mapping[str, SessionDocument], result: ChunkResult
) -> list[dict[str, Any]]:
    """Return new annotation rows of the documents that the engine has not annotated in its present version."""
    engine = platform.engine
    lacking = [s for s in sorted(documents) if not is_annotated(rows.annotations.get(s), engine.name, engine.version)]
    if not lacking:
        return []
    transcripts = [transcript_of(documents[session]) for session in lacking]
    cache, seconds = cache_for(engine, platform.store), platform.settings.call_cpu_seconds
    made: list[dict[str, Any]] = []
    for session, outcome in zip(lacking, annotate_each(transcripts, engine, platform.reference, cache, seconds), strict=True):
        if isinstance(outcome, TranscriptAnnotations):
            result.ceiling_reached |= outcome.fallback_reason == f"{engine.name}:{CEILING}"
            made.append(annotation_row(identity_of(rows.documents[session]), outcome, work.analysis_seq))
        else:
            result.failures[session] = outcome
    return made


def is_annotated(row: Mapping[str, Any] | None, engine: str, version: str) -> bool:
    """Return whether an annotation row is of this engine and version, and no fallback of another."""
    return row is not None and not row["fallback_reason"] and (row["engine"], row["annotation_version"]) == (engine, version)


def _reports(
    platform: Platform, lake_call: LakeCall, analyzers: Sequence[Analyzer], former: Mapping[str, Any]
) -> tuple[dict[str, ReportModel], str | None]:
    """Return the new reports and the former ones that these were made from; or why an analyzer failed."""
    call = replace(lake_call.call, zone=platform.settings.business_zone)
    reports: dict[str, ReportModel] = {}
    for analyzer in analyzers:
        for name in analyzer.inputs:
            if name not in reports:
                reports[name] = REPORT_MODELS[name].model_validate_json(former[name])
        try:
            with cpu_limit(platform.settings.call_cpu_seconds):
                reports[analyzer.name] = analyzer.report(call, platform.reference, reports)
        except Exception as error:  # one call that makes an analyzer fail must not stop the others; it is rejected with its reason
            return {}, failure_text(f"analyzer {analyzer.name}", error)
    return reports, None


def _alerts(platform: Platform, lake_call: LakeCall, reports: Mapping[str, ReportModel], lead_key: str) -> CallAlerts:
    sales, score = cast(SalesIntelligence, reports["sales_intelligence"]), cast(LeadScore, reports["lead_score"])
    claims = platform.reference.table(ClaimsByEngine)
    call = analysed_call(lake_call.call.document, lake_call.identity["engine"], sales, score, claims)
    wanted = tuple(business_alerts(call))
    opted_out = tuple(business_alerts(replace(call, opted_out=True))) if wanted else ()
    return CallAlerts(lead_key, call.may_be_called, wanted, opted_out)
