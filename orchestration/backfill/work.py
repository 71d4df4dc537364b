"""Redo the sessions of one chunk: read its rows of the lake, run analyzers, write its parts. Runs in any process.

A chunk repeated under the same sequence writes the same parts again, so a process may die at any moment.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from analyzers.report_names import REPORT_NAMES
from analyzers.reports import ANALYZERS, REPORT_MODELS
from contract.platform.failures import ConfigurationFailure
from contract.platform.store import Store
from orchestration.analysis.calls import (
    ALERTED,
    AnalysisScope,
    AnnotationText,
    CallAlerts,
    CallAnalysis,
    CallToAnalyse,
    analyse_each,
)
from orchestration.analysis.rows import annotation_row, annotation_text, identity_of, report_row, result_row
from orchestration.annotation.engine import cache_for
from orchestration.resources import Platform
from orchestration.warehouse.lake import read_versions, write_part

CEILING = "cost_ceiling"
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


@dataclass
class ChunkResult:
    """What came of a chunk; ``alerts`` come with the key of the lead.

    When ``ceiling_reached`` nothing of it was written: what was annotated is in the cache.
    """

    sessions: list[str] = field(default_factory=list[str])
    failures: dict[str, str] = field(default_factory=dict[str, str])
    alerts: list[tuple[str, CallAlerts]] = field(default_factory=list[tuple[str, CallAlerts]])
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
    made = Made(result, {name: [] for name in ("transcript_annotations", *work.redone.analyzers, "analysis_results")})
    lacking = _lacking(platform, work, rows)
    given = sorted(rows.annotations.keys() - lacking)
    analysed = _analysed(platform, work, rows, sorted(lacking), annotates=True)
    reached = f"{platform.settings.engine}:{CEILING}"
    if any(call.annotations and call.annotations.fallback_reason == reached for call in analysed.values()):
        result.ceiling_reached = True
        return made
    analysed |= _analysed(platform, work, rows, given, annotates=False)
    for session, call in sorted(analysed.items()):
        if call.failure:
            result.failures[session] = call.failure.detail
        elif call.annotations:
            if session in lacking:
                row = annotation_row(identity_of(rows.documents[session]), call.annotations, work.analysis_seq)
                made.parts["transcript_annotations"].append(row)
            _add_reports(made, work, rows, session, call.annotations, call.reports)
            result.sessions.append(session)
            if call.alerts:
                result.alerts.append((str(rows.documents[session]["lead_key"]), call.alerts))
    return made


def _read(store: Store, work: ChunkWork) -> _Rows:
    def rows(asset: str, columns: Sequence[str]) -> dict[str, dict[str, Any]]:
        return read_versions(store, asset, work.day, work.versions, work.former_sequences, columns)

    partial = len(work.redone.analyzers) < len(ANALYZERS)
    return _Rows(
        rows("session_documents", _DOCUMENT),
        rows("transcript_annotations", _ANNOTATIONS),
        rows("analysis_results", _RESULT) if partial else {},
    )


def _lacking(platform: Platform, work: ChunkWork, rows: _Rows) -> frozenset[str]:
    """Return the sessions that the engine has not annotated in its present version, if annotations are made at all."""
    if not work.redone.annotates:
        return frozenset()
    name, version = platform.engine.name, platform.engine.version
    return frozenset(s for s in rows.documents if not is_annotated(rows.annotations.get(s), name, version))


def _analysed(
    platform: Platform, work: ChunkWork, rows: _Rows, sessions: Sequence[str], *, annotates: bool
) -> dict[str, CallAnalysis]:
    """Analyse those of the sessions whose document, and of a part of the reports whose former ones, the lake has."""
    partial = len(work.redone.analyzers) < len(ANALYZERS)
    usable = [s for s in sessions if s in rows.documents and (s in rows.results or not partial)]
    if not usable:
        return {}
    scope = AnalysisScope(annotates, work.redone.analyzers, alerts=bool(ALERTED.intersection(work.redone.analyzers)))
    calls = [_call(rows, session, scope) for session in usable]
    engine, settings = platform.engine, platform.settings
    made = analyse_each(
        calls,
        engine,
        platform.reference,
        scope=scope,
        zone=settings.business_zone,
        cpu_seconds=settings.call_cpu_seconds,
        cache=cache_for(engine, platform.store),
    )
    return dict(zip(usable, made, strict=True))


def _call(rows: _Rows, session: str, scope: AnalysisScope) -> CallToAnalyse:
    annotations = None if scope.annotates else annotation_text(rows.annotations[session])
    former = {name: str(rows.results[session][name]) for name in scope.former_reports}
    return CallToAnalyse(rows.documents[session]["document"], annotations, former)


def _add_reports(
    made: Made, work: ChunkWork, rows: _Rows, session: str, annotations: AnnotationText, new: Mapping[str, str]
) -> None:
    """Add the rows of new reports, and of the result with those that were not redone as they were."""
    identity, seq = identity_of(rows.documents[session]), work.analysis_seq
    for name, text in new.items():
        made.parts[name].append(report_row(identity, annotations, seq, text))
    texts = {name: new[name] if name in new else str(rows.results[session][name]) for name in REPORT_NAMES}
    made.parts["analysis_results"].append(result_row(identity, annotations, seq, work.analyzed_at, texts))


def is_annotated(row: Mapping[str, Any] | None, engine: str, version: str) -> bool:
    """Return whether an annotation row is of this engine and version, and no fallback of another."""
    return row is not None and not row["fallback_reason"] and (row["engine"], row["annotation_version"]) == (engine, version)
