"""Make the row of ``recent_calls`` of an analysed or lost call: what alert rules look at (spec 7.1, 7.2, 7.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from analyzers.content_gaps.models import ContentGapReport
from analyzers.conversation_quality.models import ConversationQualityReport
from analyzers.durations import call_minutes
from analyzers.evidence import ReportModel
from analyzers.language.openai_engine.failures import is_unavailability
from analyzers.performance.connection import connection_quality
from analyzers.performance.cost import cost
from analyzers.performance.latency import total_latency
from analyzers.performance.tokens import tokens
from analyzers.performance.usage import reported_tokens
from analyzers.sales_intelligence import SalesIntelligence
from analyzers.targets import Targets
from contract.document.session import ReplyMetrics, SessionDocument
from contract.platform.price_book import PriceBook
from contract.reference import Reference
from contract.vocabulary import vocabulary
from orchestration.state.recent_calls import Pair, WatchedCall

COMPONENTS = ("eou_delay", "llm_ttft", "tts_ttfb", "stt_duration")
KNOWLEDGE_BASE, CALENDAR, OPENAI = "knowledge base", "calendar", "OpenAI"
_API_OF = {"llm": "LLM", "stt": "STT", "tts": "TTS"}
"""The APIs that every call uses, by the component of ``errors[]``; those above by tools and by the engine."""
_OPENAI_ENGINE = "openai"


class AnnotatedBy(Protocol):
    """Which engine annotated a call, and why it was the fallback, as ``openai:timeout``."""

    @property
    def engine(self) -> str: ...

    @property
    def fallback_reason(self) -> str | None: ...


def recent_call(
    document: SessionDocument, reports: Mapping[str, ReportModel], reference: Reference, annotated_by: AnnotatedBy | None = None
) -> WatchedCall:
    """Return the row of one call, as if it had become known when it ended: who records it knows when that is.

    Reports that are missing leave out what a digest would say of it.
    """
    measured = [latency for reply in document.metrics if (latency := total_latency(reply)) is not None]
    book = reference.table(PriceBook)
    spent = cost(document, book)
    failed = vocabulary().failed
    return WatchedCall(
        call_key=document.session_id,
        source="analysed",
        known_at=document.end_time or document.start_time,
        ended_at=document.end_time or document.start_time,
        started_at=document.start_time,
        failed=document.disconnect_reason in failed.disconnect_reasons or (failed.incomplete and not document.complete),
        reason=document.disconnect_reason if document.complete else "lost",
        agent_version=document.agent_version,
        minutes=call_minutes(document),
        replies=len(measured),
        latency_ms_sum=sum(measured),
        components=dict(_components(document.metrics)),
        tokens=tokens(document.metrics, reported_tokens(document, book)).total,
        usd=spent.known_total,
        usd_by_component={line.component: line.usd for line in spent.lines if line.usd is not None},
        connection=connection_quality(document.connection, reference.table(Targets).connection).category,
        region=document.connection.device_info.location,
        apis={**api_use(document), **_openai_use(annotated_by)},
        errors=dict(Counter(f"{error.component or 'unknown'} {error.type or 'error'}" for error in document.errors)),
        **_for_digests(reports),
    )


def lost_call(session_id: str, started_at: datetime, heartbeat: datetime, known_at: datetime) -> WatchedCall:
    """Return the row of a call that was lost with its machine; its document corrects it when it is analysed."""
    return WatchedCall(session_id, "lost", known_at, heartbeat, started_at, failed=True, reason="lost")


def api_use(document: SessionDocument) -> dict[str, Pair]:
    """Return uses and failed uses by API. A call uses LLM, STT and TTS once, however often it failed there; tools count by call."""
    failed = Counter(error.component for error in document.errors)
    uses = {api: (1, int(failed[component] > 0)) for component, api in _API_OF.items()}
    for api, calls in ((KNOWLEDGE_BASE, document.searches), (CALENDAR, document.bookings)):
        errors = sum(1 for call in calls if call.error)
        if calls:
            uses[api] = (len(calls), errors)
    return uses


def _openai_use(by: AnnotatedBy | None) -> dict[str, Pair]:
    """Return the use of the openai engine, which failed when it was unavailable and the embedded one is the fallback."""
    if by is None or (by.engine != _OPENAI_ENGINE and by.fallback_reason is None):
        return {}
    name, _, reason = (by.fallback_reason or "").partition(":")
    return {OPENAI: (1, int(name == _OPENAI_ENGINE and is_unavailability(reason)))}


def _components(metrics: tuple[ReplyMetrics, ...]) -> Iterator[tuple[str, Pair]]:
    for name in COMPONENTS:
        values = [value for reply in metrics if (value := getattr(reply, name)) is not None]
        if values:
            yield name, (len(values), sum(values))


def _for_digests(reports: Mapping[str, ReportModel]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if isinstance(quality := reports.get("conversation_quality"), ConversationQualityReport):
        found["engagement"] = None if quality.overall is None else round(quality.overall, 1)
        found["engagement_reason"] = quality.red_flags[0].text if quality.red_flags else None
    if isinstance(gaps := reports.get("content_gaps"), ContentGapReport):
        found["failed_searches"] = tuple(search.query or search.topic or "not recorded" for search in gaps.failed_searches)
    if isinstance(sales := reports.get("sales_intelligence"), SalesIntelligence):
        # of the closed list, as the weekly review counts them; what is of no topic is told only where it is claimed of a lead
        found["feature_requests"] = tuple((one.label, one.clause or "") for one in sales.feature_requests if one.label)
    return found
