"""Build the lists of the report: one entry for each thing the caller brings up, with every mention as evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar, get_args

from analyzers.call import AnnotatedCall
from analyzers.evidence import evidence_of
from analyzers.language.annotations import Span, SpanType
from analyzers.sales_intelligence.models import (
    BuyingSignalFact,
    CompetitorContext,
    CompetitorMention,
    FeatureDiscussed,
    FeatureRequestFact,
    IntegrationFact,
    Integrations,
    ObjectionCategory,
    ObjectionFact,
    PainPointFact,
    SentimentToward,
    Severity,
    StakeholderFact,
)
from analyzers.sales_intelligence.single_facts import attribute, text
from analyzers.sales_intelligence.solutions import Solutions
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


def _name(span: Span) -> str | None:
    named = text(span)
    return named.lower() if named else None


def integrations(call: AnnotatedCall) -> Integrations:
    """List integrations once each; a system that is in use and wanted connected is listed as needed (labels: integrations)."""
    needed, in_use = [], []
    for name, spans in grouped(call.annotations.of_type(SpanType.INTEGRATION), _name):
        wanted = [
            s for s in spans if s.polarity == "affirmed" and s.modality != "hypothetical" and s.attributes.get("use") == "needed"
        ]
        used = [s for s in spans if s.holds and s.attributes.get("use") == "in_use"]
        if wanted:
            needed.append(IntegrationFact(name=name, confidence=confidence(wanted), evidence=evidence_of(*wanted)))
        elif used:
            in_use.append(IntegrationFact(name=name, confidence=confidence(used), evidence=evidence_of(*used)))
    return Integrations(needed=tuple(needed), in_use=tuple(in_use))


def competitors(call: AnnotatedCall) -> tuple[CompetitorMention, ...]:
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
                    confidence=confidence(real),
                    evidence=evidence_of(*real),
                )
            )
    return tuple(found)


def _last_sentiment(sentiments: Sequence[SentimentToward]) -> SentimentToward:
    decided: list[SentimentToward] = [sentiment for sentiment in sentiments if sentiment != "neutral"]
    return decided[-1] if decided else "neutral"


def objections(call: AnnotatedCall, reference: Reference) -> tuple[ObjectionFact, ...]:
    """List objections by topic; a blocker anywhere makes it one, and its last mention says whether it is resolved."""
    solutions = reference.table(Solutions)
    found = []
    for (category, topic), spans in grouped(call.annotations.of_type(SpanType.OBJECTION), _objection_key):
        found.append(
            ObjectionFact(
                topic=topic,
                category=category,
                severity="blocker"
                if any(attribute(s, "severity", get_args(Severity), "concern") == "blocker" for s in spans)
                else "concern",
                resolved=spans[-1].attributes.get("resolved") is True,
                expression="explicit" if any(span.holds for span in spans) else "implicit",
                workaround=solutions.feature_for(topic, spans[0].quote) if category == "features" else None,
                reason=next((str(r) for s in spans if (r := s.attributes.get("reason"))), None),
                confidence=confidence(spans),
                evidence=evidence_of(*spans),
            )
        )
    return tuple(found)


def _objection_key(span: Span) -> tuple[ObjectionCategory, str] | None:
    category = next((c for c in get_args(ObjectionCategory) if c == span.attributes.get("category")), None)
    return (category, text(span) or category) if category and span.polarity == "affirmed" else None


def feature_requests(call: AnnotatedCall) -> tuple[FeatureRequestFact, ...]:
    return tuple(
        FeatureRequestFact(
            feature=feature,
            priority="must_have" if any(s.attributes.get("priority") == "must_have" for s in spans) else "nice_to_have",
            confidence=confidence(spans),
            evidence=evidence_of(*spans),
        )
        for feature, spans in grouped(call.annotations.of_type(SpanType.FEATURE_REQUEST), text)
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


def buying_signals(call: AnnotatedCall) -> tuple[BuyingSignalFact, ...]:
    return tuple(
        BuyingSignalFact(
            kind="explicit" if span.attributes.get("kind") == "explicit" else "implicit",
            strength=attribute(span, "strength", ("strong", "medium", "weak"), "weak"),
            signal=text(span) or "interest",
            confidence=confidence([span]),
            evidence=evidence_of(span),
        )
        for span in call.annotations.of_type(SpanType.BUYING_SIGNAL, "user")
        if span.polarity == "affirmed" and span.modality != "hypothetical"
    )


def stakeholders(call: AnnotatedCall) -> tuple[StakeholderFact, ...]:
    return tuple(
        StakeholderFact(
            role=role,
            influence=attribute(spans[-1], "influence", ("decision_maker", "gatekeeper", "user"), "user"),
            engagement=next((str(e) for s in spans if (e := s.attributes.get("engagement"))), None),
            confidence=confidence(spans),
            evidence=evidence_of(*spans),
        )
        for role, spans in grouped(call.annotations.of_type(SpanType.STAKEHOLDER), text)
    )


def pain_points(call: AnnotatedCall, reference: Reference) -> tuple[PainPointFact, ...]:
    solutions = reference.table(Solutions)
    return tuple(
        PainPointFact(
            topic=topic,
            impact=next((str(i) for s in spans if (i := s.attributes.get("impact"))), None),
            solution=solutions.feature_for(topic, spans[0].quote),
            confidence=confidence(spans),
            evidence=evidence_of(*spans),
        )
        for topic, spans in grouped(call.annotations.of_type(SpanType.PAIN_POINT), text)
    )
