"""Analyse calls: documents in; annotations, reports and alerts out. Reads and writes nothing, so that any process can do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import cast

from analyzers.call import AnnotatedCall
from analyzers.claims import ClaimsByEngine
from analyzers.cpu_limit import cpu_limit, failure_text
from analyzers.evidence import ReportModel
from analyzers.language.annotations import LanguageEngine, TranscriptAnnotations
from analyzers.language.cache import AnnotationCache
from analyzers.language.fan_out import annotate_each
from analyzers.language.transcript import transcript_of
from analyzers.lead_score.models import LeadScore
from analyzers.no_prospect import gated
from analyzers.reports import ANALYZERS, REPORT_MODELS
from analyzers.sales_intelligence import SalesIntelligence
from contract.document.session import SessionDocument
from contract.reference import Reference
from orchestration.alerts.business import Alert, AnalysedCall, business_alerts
from orchestration.alerts.recent import recent_call
from orchestration.state.recent_calls import WatchedCall

ANNOTATIONS = "transcript_annotations"
ALERTED = frozenset({"sales_intelligence", "lead_score"})
"""Reports that alerts are made of: the second is made again with the first, and the first is an input of the second."""


@dataclass(frozen=True)
class AnalysisScope:
    """What is made of each call: annotations, the reports of ``analyzers`` (in an order in which each finds its inputs), alerts."""

    annotates: bool
    analyzers: tuple[str, ...]
    alerts: bool

    @property
    def former_reports(self) -> frozenset[str]:
        """Reports that others of the scope are made of and that it does not make itself."""
        inputs = {name for one in ANALYZERS if one.name in self.analyzers for name in one.inputs}
        return frozenset(inputs | (ALERTED if self.alerts else set())) - set(self.analyzers)


@dataclass(frozen=True)
class AnnotationText:
    """Annotations as JSON, with what tells which engine made them."""

    engine: str
    version: str
    fallback_reason: str | None
    annotations: str


@dataclass(frozen=True)
class CallToAnalyse:
    """A document as JSON, with what of the scope's inputs exists: ``annotations``, and former reports as JSON by name."""

    document: str
    annotations: AnnotationText | None = None
    reports: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class CallAlerts:
    """The alerts of a call, for a caller who may be called and for one who asked in another call not to be."""

    may_be_called: bool
    wanted: tuple[Alert, ...]
    opted_out: tuple[Alert, ...]


@dataclass(frozen=True)
class AnalysisFailure:
    """Where the analysis of a call failed, ``transcript_annotations`` or an analyzer, and why, free of what was said."""

    asset: str
    detail: str


@dataclass(frozen=True)
class CallAnalysis:
    """What was made of a call: its annotations, new or given, and what the scope adds to them, or why that failed.

    ``reports`` are the new ones as JSON by name; none when any analyzer failed. ``recent`` is made with the alerts: what rules over
    many calls look at; none of a test call.
    """

    annotations: AnnotationText | None = None
    reports: Mapping[str, str] = field(default_factory=dict[str, str])
    alerts: CallAlerts | None = None
    recent: WatchedCall | None = None
    failure: AnalysisFailure | None = None


def killed(call: CallToAnalyse, *, scope: AnalysisScope) -> CallAnalysis:
    """Return the failure of a call whose analysis ends the process it runs in, as one of the first asset that is made."""
    first = next(iter(scope.analyzers), ANNOTATIONS) if not scope.annotates else ANNOTATIONS
    return CallAnalysis(failure=AnalysisFailure(first, "it killed the process that analysed it, twice"))


def analyse_each(
    calls: Sequence[CallToAnalyse],
    engine: LanguageEngine,
    reference: Reference,
    *,
    scope: AnalysisScope,
    zone: tzinfo,
    cpu_seconds: float | None,
    cache: AnnotationCache | None,
) -> list[CallAnalysis]:
    """Analyse calls, whose transcripts are annotated together; a call that fails has its failure and the others go on.

    Without annotations in the scope each call brings its own. ``zone`` is where the day of a call is counted, ``cpu_seconds`` what
    one analyzer may take for a call. A ``VoiceError`` (a service that is unavailable, a wrong setting) is raised.
    """
    documents = [SessionDocument.model_validate_json(call.document) for call in calls]
    if scope.annotates:
        transcripts = [transcript_of(document) for document in documents]
        annotated = annotate_each(transcripts, engine, reference, cache, cpu_seconds)
    else:
        annotated = [_given(call.annotations) if scope.analyzers else None for call in calls]
    return [
        CallAnalysis(failure=AnalysisFailure(ANNOTATIONS, annotations))
        if isinstance(annotations, str)
        else _analysed(call, document, annotations, reference, scope, zone, cpu_seconds)
        for call, document, annotations in zip(calls, documents, annotated, strict=True)
    ]


def _given(text: AnnotationText | None) -> TranscriptAnnotations | str:
    return TranscriptAnnotations.model_validate_json(text.annotations) if text else "it has no annotations"


def _analysed(
    call: CallToAnalyse,
    document: SessionDocument,
    annotations: TranscriptAnnotations | None,
    reference: Reference,
    scope: AnalysisScope,
    zone: tzinfo,
    cpu_seconds: float | None,
) -> CallAnalysis:
    text = _text(annotations) if annotations and scope.annotates else call.annotations
    reports = {
        name: REPORT_MODELS[name].model_validate_json(report)
        for name, report in call.reports.items()
        if name in scope.former_reports
    }
    if annotations and scope.analyzers:
        annotated = replace(gated(AnnotatedCall(document, annotations), reference), zone=zone)
        failure = _add_reports(reports, annotated, reference, scope.analyzers, cpu_seconds)
        if failure:
            return CallAnalysis(text, failure=failure)
    made = {name: reports[name].model_dump_json() for name in scope.analyzers}
    if not (scope.alerts and text):
        return CallAnalysis(text, made)
    sales = cast(SalesIntelligence, reports["sales_intelligence"])
    claimed = reference.table(ClaimsByEngine).of(text.engine).sales_model(sales)
    alerts = _alerts(document, claimed, cast(LeadScore, reports["lead_score"]))
    recent = None if document.test_call else recent_call(document, reports, reference, text)
    return CallAnalysis(text, made, alerts, recent)


def _add_reports(
    reports: dict[str, ReportModel],
    call: AnnotatedCall,
    reference: Reference,
    analyzers: Sequence[str],
    cpu_seconds: float | None,
) -> AnalysisFailure | None:
    for analyzer in ANALYZERS:
        if analyzer.name not in analyzers:
            continue
        try:
            with cpu_limit(cpu_seconds):
                reports[analyzer.name] = analyzer.report(call, reference, reports)
        except Exception as error:  # one call that makes an analyzer fail must not stop the others; it is recorded with its reason
            return AnalysisFailure(analyzer.name, failure_text(f"analyzer {analyzer.name}", error))
    return None


def _text(made: TranscriptAnnotations) -> AnnotationText:
    return AnnotationText(made.engine, made.version, made.fallback_reason, made.model_dump_json())


def _alerts(document: SessionDocument, claimed: SalesIntelligence, score: LeadScore) -> CallAlerts:
    """Return the alerts of what is claimed in the reports: alerts tell nothing else."""
    call = AnalysedCall(document, claimed, score)
    wanted = tuple(business_alerts(call))
    opted_out = tuple(business_alerts(replace(call, opted_out=True))) if wanted else ()
    return CallAlerts(call.may_be_called, wanted, opted_out)
