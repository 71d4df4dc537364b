"""Build the lead score: five components, their sum, and the reasons (spec 3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from analyzers.availability import words_missing
from analyzers.call import AnnotatedCall
from analyzers.conversation_quality.models import ConversationQualityReport
from analyzers.language.annotations import Readiness
from analyzers.lead_score.behavior import behavioral
from analyzers.lead_score.company import demographic, firmographic
from analyzers.lead_score.fit import fit
from analyzers.lead_score.intent import intent
from analyzers.lead_score.models import Component, Components, KeyFactor, LeadScore, Temperature
from analyzers.lead_score.scoring import MAXIMA, IdealCustomer, Scoring
from analyzers.lead_score.weighing import carried, unweighted, weighted
from analyzers.likelihoods import Likelihoods
from analyzers.sales_intelligence.models import SalesIntelligence
from analyzers.whole_call import WholeCall, recognised, verdicts
from contract.reference import Reference

HIGH_FROM, MEDIUM_FROM = 4, 3
"""Of the five components, how many must rest on what was said or measured for high, respectively medium confidence."""
_BY_READINESS: Mapping[Readiness, Temperature] = {"committed": "hot", "open": "warm", "none": "nurture"}


def lead_score(
    call: AnnotatedCall,
    reference: Reference,
    sales_intelligence: SalesIntelligence,
    conversation_quality: ConversationQualityReport,
) -> LeadScore:
    """Score the lead; every factor has its points and reason, the strongest first; null when the words are missing."""
    reason = words_missing(call)
    if reason is not None:
        return LeadScore(status="unavailable", reason=reason)
    scoring = reference.table(Scoring)
    raw = factors_of(call, sales_intelligence, conversation_quality, reference)
    factors, readiness = carried(raw), _readiness(call, sales_intelligence, reference)
    points = unweighted(factors)
    if readiness is not None:
        factors, points = weighted(factors, readiness, scoring)
    total = sum(points.values())
    return LeadScore(
        total=total,
        temperature=scoring.thresholds.temperature(total),
        components=Components.model_validate(points),
        confidence=_confidence(raw),
        key_factors=tuple(sorted(factors, key=lambda f: -f.points)),
    )


def factors_of(
    call: AnnotatedCall, found: SalesIntelligence, quality: ConversationQualityReport, reference: Reference
) -> list[KeyFactor]:
    """Return every factor of the specification as the call gives it, before it is weighted by the call as a whole."""
    scoring, ideal = reference.table(Scoring), reference.table(IdealCustomer)
    return [
        *demographic(call, found, scoring, ideal),
        *behavioral(call, found, quality, scoring),
        *firmographic(found, scoring),
        *intent(call, found, scoring),
        *fit(found, scoring, ideal),
    ]


def _readiness(call: AnnotatedCall, found: SalesIntelligence, reference: Reference) -> Likelihoods | None:
    """Return how likely each temperature is: by the engine's judgement of the call where it has one, else by the fitted verdict.

    None where the agent hardly speaks: the factors alone decide then.
    """
    judged = call.annotations.judgement.readiness if call.annotations.judgement else None
    if call.no_prospect is not None:
        judged = "none"
    if judged is not None:
        return {_BY_READINESS[judged]: 1.0}
    model = reference.table(WholeCall)
    return verdicts(call, found, model, "temperature")["temperature"] if recognised(call, model) else None


def _confidence(factors: Sequence[KeyFactor]) -> Literal["high", "medium", "low"]:
    """Rate confidence by the number of components of which at least half the points rest on what was said or measured."""
    grounded = sum(_grounded(factors, name) for name in MAXIMA)
    if grounded >= HIGH_FROM:
        return "high"
    return "medium" if grounded >= MEDIUM_FROM else "low"


def _grounded(factors: Sequence[KeyFactor], component: Component) -> bool:
    known = sum(f.of for f in factors if f.component == component and f.basis in ("said", "measured"))
    return known >= MAXIMA[component] / 2
