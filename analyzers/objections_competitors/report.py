"""Rank what stands in the way and which products compete, with what to say (spec 3.5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from analyzers.availability import words_missing
from analyzers.call import AnnotatedCall
from analyzers.clauses import shown_clause
from analyzers.evidence import evidence_of
from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.vocabulary import CompetitorName, Competitors
from analyzers.objections_competitors.answers import ObjectionAnswers
from analyzers.objections_competitors.models import (
    Aspect,
    BarrierKind,
    Battlecard,
    ComparisonRequestFact,
    CompetitorIntelligence,
    ObjectionsCompetitorsReport,
    PrioritisedObjection,
    SwitchingBarrierFact,
    TalkingPoint,
)
from analyzers.sales_intelligence import SalesIntelligence
from analyzers.sales_intelligence.findings import by_topic, confidence, labelled
from analyzers.sales_intelligence.models import CompetitorMention, ObjectionFact
from analyzers.sales_intelligence.wording import Wording
from analyzers.single_facts import attribute, listed, text
from contract.reference import Reference


def objections_competitors(
    call: AnnotatedCall, reference: Reference, sales_intelligence: SalesIntelligence
) -> ObjectionsCompetitorsReport:
    """Rank the objections and competitors of ``sales_intelligence`` and add answers, barriers and battlecards."""
    missing = words_missing(call)
    if missing:
        return ObjectionsCompetitorsReport(status="unavailable", reason=missing)
    answers = reference.table(ObjectionAnswers)
    known = {competitor.name: competitor for competitor in reference.table(Competitors).competitors}
    wording = Wording(call, reference)
    objections, comparisons = _ranked(sales_intelligence.objections), _comparisons(call)
    competitors = tuple(_intelligence(call, mention) for mention in sales_intelligence.competitors)
    return ObjectionsCompetitorsReport(
        objections=objections,
        competitors=competitors,
        comparison_requests=comparisons,
        switching_barriers=_barriers(call, answers, wording),
        talking_points=_talking_points(objections, competitors, comparisons, answers, known),
        battlecards=_battlecards(competitors, comparisons, known),
    )


def _ranked(objections: Iterable[ObjectionFact]) -> tuple[PrioritisedObjection, ...]:
    """Return open blockers first, then open concerns, then what the caller has accepted; the more confident ones first."""
    ordered = sorted(objections, key=lambda o: (o.resolved, o.severity != "blocker", -o.confidence))
    return tuple(PrioritisedObjection(**dict(objection), rank=rank) for rank, objection in enumerate(ordered, 1))


def _intelligence(call: AnnotatedCall, mention: CompetitorMention) -> CompetitorIntelligence:
    """Collect the caller's words for and against a competitor, by the sentiment of each mention."""
    spans = [s for s in call.annotations.of_type(SpanType.COMPETITOR, "user") if s.value == mention.name]
    said = {
        feeling: tuple(_words(s) for s in spans if s.attributes.get("sentiment") == feeling) for feeling in ("positive", "negative")
    }
    return CompetitorIntelligence(**dict(mention), strengths_named=said["positive"], weaknesses_named=said["negative"])


def _words(span: Span) -> str:
    """Return the quote without what leaves it open at its edges."""
    return shown_clause(span.quote, 0, len(span.quote)) or span.quote


def _comparisons(call: AnnotatedCall) -> tuple[ComparisonRequestFact, ...]:
    return tuple(
        ComparisonRequestFact(
            competitor=text(span),
            aspect=attribute(span, "aspect", get_args(Aspect), "general"),
            confidence=confidence([span]),
            evidence=evidence_of(span),
        )
        for span in call.annotations.of_type(SpanType.COMPARISON_REQUEST, "user")
    )


def _barriers(call: AnnotatedCall, answers: ObjectionAnswers, wording: Wording) -> tuple[SwitchingBarrierFact, ...]:
    found: list[SwitchingBarrierFact] = []
    for worded in by_topic(wording.worded(call.annotations.of_type(SpanType.SWITCHING_BARRIER), "switching_barrier")):
        kind: BarrierKind | None = listed(worded[0].span.attributes.get("kind"), get_args(BarrierKind))
        if kind is not None:
            topic, mitigation = worded[0].named.topic, answers.barriers.get(kind)
            found.append(SwitchingBarrierFact(kind=kind, topic=topic, mitigation=mitigation, **labelled(worded)))
    return tuple(found)


def _talking_points(
    objections: Iterable[PrioritisedObjection],
    competitors: Iterable[CompetitorIntelligence],
    comparisons: Iterable[ComparisonRequestFact],
    answers: ObjectionAnswers,
    known: dict[str, CompetitorName],
) -> tuple[TalkingPoint, ...]:
    open_objections = [o for o in objections if not o.resolved]
    points = [
        TalkingPoint(about=o.label or o.topic, point=point)
        for o in open_objections
        for point in answers.answers.get(o.category, ())
    ]
    points += [TalkingPoint(about=c.name, point=p) for c in competitors if c.name in known for p in known[c.name].talking_points]
    points += [TalkingPoint(about=c.competitor or "comparison", point=answers.comparison[c.aspect]) for c in comparisons]
    return tuple(dict.fromkeys(points))


def _battlecards(
    competitors: Iterable[CompetitorIntelligence], comparisons: Iterable[ComparisonRequestFact], known: dict[str, CompetitorName]
) -> tuple[Battlecard, ...]:
    triggers = {c.competitor: f"asked to compare {c.aspect}" for c in comparisons if c.competitor}
    triggers |= {c.name: f"{c.context}, {c.sentiment} toward it" for c in competitors if c.context != "past"}
    return tuple(
        Battlecard(competitor=name, url=known[name].battlecard if name in known else None, trigger=trigger)
        for name, trigger in sorted(triggers.items())
    )
