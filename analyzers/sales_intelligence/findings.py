"""Build the lists of the report: one entry for each thing the caller brings up, with every mention as evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypedDict, TypeVar, get_args

from analyzers.call import AnnotatedCall
from analyzers.evidence import Evidence, evidence_of
from analyzers.language.annotations import Span, SpanType
from analyzers.sales_intelligence.models import (
    BuyingSignalFact,
    CompetitorMention,
    FeatureDiscussed,
    FeatureRequestFact,
    IntegrationFact,
    Integrations,
    ObjectionFact,
    PainPointFact,
    StakeholderFact,
)
from analyzers.sales_intelligence.solutions import Solutions
from analyzers.sales_intelligence.wording import WordedSpan, Wording
from analyzers.sales_values import CompetitorContext, ObjectionCategory, SentimentToward, Severity
from analyzers.single_facts import attribute, listed, text
from contract.reference import Reference

K = TypeVar("K")
CONTEXTS: tuple[CompetitorContext, ...] = ("current", "considering", "comparison", "past")


def grouped(spans: Iterable[Span], key: Callable[[Span], K | None]) -> list[tuple[K, list[Span]]]:
    """Group the caller's spans by key, in the order in which each key came up first."""
    groups: dict[K, list[Span]] = {}
    for span in spans:
        if span.role == "user" and (found := key(span)) is not None:
            groups.setdefault(found, []).append(span)
    return list(groups.items())


def confidence(spans: Sequence[Span]) -> float:
    return round(max(span.confidence for span in spans), 2)


class _Said(TypedDict):
    confidence: float
    evidence: tuple[Evidence, ...]
    clause: str | None


def _said(spans: Sequence[Span], wording: Wording) -> _Said:
    return {"confidence": confidence(spans), "evidence": evidence_of(*spans), "clause": wording.clause(spans)}


class Labelled(_Said):
    label: str | None


def labelled(worded: Sequence[WordedSpan]) -> Labelled:
    """Return the label of the topic that spans share, or the clause of the surest one where there is no topic."""
    surest = max(worded, key=lambda one: one.span.confidence)
    spans = [one.span for one in worded]
    return {
        "confidence": confidence(spans),
        "evidence": evidence_of(*spans),
        "clause": surest.clause,
        "label": surest.named.label or surest.clause,
    }


def by_topic(worded: Iterable[WordedSpan]) -> list[list[WordedSpan]]:
    """Group what has one topic, in the order in which each came up first."""
    groups: dict[object, list[WordedSpan]] = {}
    for one in worded:
        groups.setdefault((one.key, one.span.attributes.get("category")), []).append(one)
    return list(groups.values())


def _name(span: Span) -> str | None:
    named = text(span)
    return named.lower() if named else None


def integrations(call: AnnotatedCall, wording: Wording) -> Integrations:
    """List integrations once each; a system that is in use and wanted connected is listed as needed (labels: integrations)."""
    needed, in_use = [], []
    for name, spans in grouped(call.annotations.of_type(SpanType.INTEGRATION), _name):
        wanted = [
            s for s in spans if s.polarity == "affirmed" and s.modality != "hypothetical" and s.attributes.get("use") == "needed"
        ]
        used = [s for s in spans if s.holds and s.attributes.get("use") == "in_use"]
        if wanted:
            needed.append(IntegrationFact(name=name, **_said(wanted, wording)))
        elif used:
            in_use.append(IntegrationFact(name=name, **_said(used, wording)))
    return Integrations(needed=tuple(needed), in_use=tuple(in_use))


def competitors(call: AnnotatedCall, wording: Wording) -> tuple[CompetitorMention, ...]:
    """List products the caller brings up or confirms, with the closest context and the last sentiment that is not neutral."""
    found = []
    for name, spans in grouped(call.annotations.of_type(SpanType.COMPETITOR), text):
        real = [s for s in spans if s.polarity == "affirmed" or s.attributes.get("context") == "past"]
        if real:
            contexts: list[CompetitorContext] = [attribute(s, "context", CONTEXTS, "comparison") for s in real]
            sentiments: list[SentimentToward] = [attribute(s, "sentiment", get_args(SentimentToward), "neutral") for s in real]
            found.append(
                CompetitorMention(
                    name=name,
                    context=min(contexts, key=CONTEXTS.index),
                    sentiment=_last_sentiment(sentiments),
                    **_said(real, wording),
                )
            )
    return tuple(found)


def _last_sentiment(sentiments: Sequence[SentimentToward]) -> SentimentToward:
    decided: list[SentimentToward] = [sentiment for sentiment in sentiments if sentiment != "neutral"]
    return decided[-1] if decided else "neutral"


def objections(call: AnnotatedCall, reference: Reference, wording: Wording) -> tuple[ObjectionFact, ...]:
    """List objections by topic; a blocker anywhere makes it one, and its last mention says whether it is resolved."""
    solutions = reference.table(Solutions)
    found: list[ObjectionFact] = []
    raised = [s for s in call.annotations.of_type(SpanType.OBJECTION) if s.polarity == "affirmed"]
    for worded in by_topic(wording.worded(raised)):
        spans = [one.span for one in worded]
        category: ObjectionCategory | None = listed(spans[0].attributes.get("category"), get_args(ObjectionCategory))
        if category is None:
            continue
        found.append(
            ObjectionFact(
                topic=worded[0].named.topic,
                category=category,
                severity="blocker"
                if any(attribute(s, "severity", get_args(Severity), "concern") == "blocker" for s in spans)
                else "concern",
                resolved=spans[-1].attributes.get("resolved") is True,
                expression="explicit" if any(span.holds for span in spans) else "implicit",
                workaround=_solution(solutions, spans) if category == "features" else None,
                reason=next((str(r) for s in spans if (r := s.attributes.get("reason"))), None),
                **labelled(worded),
            )
        )
    return tuple(found)


def _solution(solutions: Solutions, spans: Sequence[Span]) -> str | None:
    return solutions.feature_for(text(spans[0]) or "", spans[0].quote)


def feature_requests(call: AnnotatedCall, wording: Wording) -> tuple[FeatureRequestFact, ...]:
    return tuple(
        FeatureRequestFact(
            feature=worded[0].named.topic,
            priority="must_have" if any(w.span.attributes.get("priority") == "must_have" for w in worded) else "nice_to_have",
            **labelled(worded),
        )
        for worded in by_topic(wording.worded(call.annotations.of_type(SpanType.FEATURE_REQUEST), "feature_request"))
    )


def features_discussed(call: AnnotatedCall) -> tuple[FeatureDiscussed, ...]:
    """List each feature once: objection before demo request before question (contract: feature_discussed).

    Interest follows from how the feature is wanted.
    """
    against = _items(s for s in call.annotations.of_type(SpanType.OBJECTION) if s.attributes.get("category") == "features")
    demos = _items(s for s in call.annotations.of_type(SpanType.ACTION) if s.attributes.get("kind") == "demo_request")
    requests = call.annotations.of_type(SpanType.FEATURE_REQUEST)
    required = _items(s for s in requests if s.attributes.get("priority") == "must_have")
    found = []
    for feature, spans in grouped(call.annotations.of_type(SpanType.FEATURE_MENTION), text):
        where = _items(spans)
        demo = bool(where & demos)
        found.append(
            FeatureDiscussed(
                feature=feature,
                context="objection" if where & against else "demo_request" if demo else "question",
                interest="high" if where & required or demo else "medium" if where & _items(requests) else "low",
                confidence=confidence(spans),
                evidence=evidence_of(*spans),
            )
        )
    return tuple(found)


def _items(spans: Iterable[Span]) -> set[str]:
    return {span.item_id for span in spans}


def buying_signals(call: AnnotatedCall, wording: Wording) -> tuple[BuyingSignalFact, ...]:
    """List every signal by itself: the same said twice is more interest."""
    stated = [s for s in call.annotations.of_type(SpanType.BUYING_SIGNAL) if s.polarity == "affirmed"]
    return tuple(
        BuyingSignalFact(
            kind="explicit" if one.span.attributes.get("kind") == "explicit" else "implicit",
            strength=attribute(one.span, "strength", ("strong", "medium", "weak"), "weak"),
            signal=one.named.topic,
            **labelled([one]),
        )
        for one in wording.worded((s for s in stated if s.modality != "hypothetical"), "buying_signal")
    )


def stakeholders(call: AnnotatedCall, wording: Wording) -> tuple[StakeholderFact, ...]:
    return tuple(
        StakeholderFact(
            role=role,
            influence=attribute(spans[-1], "influence", ("decision_maker", "gatekeeper", "user"), "user"),
            engagement=next((str(e) for s in spans if (e := s.attributes.get("engagement"))), None),
            **_said(spans, wording),
        )
        for role, spans in grouped(call.annotations.of_type(SpanType.STAKEHOLDER), text)
    )


def pain_points(call: AnnotatedCall, reference: Reference, wording: Wording) -> tuple[PainPointFact, ...]:
    solutions = reference.table(Solutions)
    return tuple(
        PainPointFact(
            topic=worded[0].named.topic,
            impact=next((str(i) for w in worded if (i := w.span.attributes.get("impact"))), None),
            solution=_solution(solutions, [w.span for w in worded]),
            **labelled(worded),
        )
        for worded in by_topic(wording.worded(call.annotations.of_type(SpanType.PAIN_POINT), "pain_point"))
    )
