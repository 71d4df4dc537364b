"""Analyse the calls of a batch once for all selected assets made of it; inputs that are not made are read from the lake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from analyzers.language.fan_out import FanOut, fan_out
from analyzers.reports import ANALYZERS
from orchestration.analysis.calls import ALERTED, ANNOTATIONS, AnalysisScope, CallAnalysis, CallToAnalyse, analyse_each, killed
from orchestration.analysis.rows import annotation_text, identity_of, rows_of
from orchestration.annotation.engine import cache_for
from orchestration.intake.batch import Batch
from orchestration.resources import Platform

POOL_PAYS_FROM = 150  # calls: below it, starting a pool of processes costs more than it saves
_CHUNK = 25  # calls handed to a process at a time: small enough that all processes end together
ALERTS = "business_alerts"


@dataclass(frozen=True)
class BatchCall:
    """A call of the batch: the identity columns of its rows, the key of its lead, and what was made of it."""

    identity: Mapping[str, Any]
    lead_key: str
    made: CallAnalysis

    @property
    def session_id(self) -> str:
        return self.identity["session_id"]


BatchCalls = Mapping[date, Sequence[BatchCall]]


def scope_of(assets: frozenset[str]) -> AnalysisScope:
    """Return what has to be made of each call for the assets that are selected."""
    analyzers = tuple(one.name for one in ANALYZERS if one.name in assets)
    return AnalysisScope(ANNOTATIONS in assets, analyzers, ALERTS in assets)


def analyse_batch(platform: Platform, batch: Batch, scope: AnalysisScope) -> BatchCalls:
    """Analyse the calls of each day, in this process when there are few, else in a pool; calls that lack an input are left out."""
    settings, engine = platform.settings, platform.engine
    found = [(day, row, call) for day in batch.days for row, call in _inputs(platform, batch, day, scope)]
    work = partial(
        analyse_each,
        scope=scope,
        zone=settings.business_zone,
        cpu_seconds=settings.call_cpu_seconds,
        cache=cache_for(engine, platform.store),
    )
    how = FanOut(settings.workers, _CHUNK, POOL_PAYS_FROM)
    made: list[CallAnalysis] = []
    for results in fan_out([call for *_, call in found], work, engine, platform.reference, how, lost=partial(killed, scope=scope)):
        made.extend(results)
        platform.progress("analyze", len(results))
    calls: dict[date, list[BatchCall]] = {day: [] for day in batch.days}
    for (day, row, _), analysis in zip(found, made, strict=True):
        calls[day].append(BatchCall(identity_of(row), str(row["lead_key"]), analysis))
    return calls


def _inputs(platform: Platform, batch: Batch, day: date, scope: AnalysisScope) -> list[tuple[Mapping[str, Any], CallToAnalyse]]:
    """Return the row of each document of the day, by session, with all inputs of exactly its bytes; others are left out."""
    documents = rows_of(platform.store, "session_documents", batch, day)
    annotations = {} if scope.annotates else rows_of(platform.store, ANNOTATIONS, batch, day)
    reports = _former_reports(platform, batch, day, scope)
    found: list[tuple[Mapping[str, Any], CallToAnalyse]] = []
    for session, row in sorted(documents.items()):
        given = [annotations.get(session)] if not scope.annotates else []
        former = {name: by_session.get(session) for name, by_session in reports.items()}
        if all(other and other["doc_sha"] == row["doc_sha"] for other in (*given, *former.values())):
            texts = {name: other["report"] for name, other in former.items() if other}
            annotated = annotation_text(annotations[session]) if given else None
            found.append((row, CallToAnalyse(row["document"], annotated, texts)))
    return found


def _former_reports(platform: Platform, batch: Batch, day: date, scope: AnalysisScope) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the rows of the reports that the scope needs and does not make, by report and session.

    Alerts alone are made of complete analyses: a report whose call lacks others gives no alert.
    """
    if scope.former_reports == ALERTED and not scope.analyzers:
        results = rows_of(platform.store, "analysis_results", batch, day)
        return {name: {s: {**row, "report": row[name]} for s, row in results.items()} for name in ALERTED}
    return {name: rows_of(platform.store, name, batch, day) for name in scope.former_reports}
