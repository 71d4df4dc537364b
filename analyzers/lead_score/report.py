"""Build the lead score: five components, their sum, and the reasons (spec 3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from analyzers.availability import words_missing
from analyzers.call import AnnotatedCall
from analyzers.conversation_quality import ConversationQualityReport
from analyzers.lead_score.behavior import behavioral
from analyzers.lead_score.company import demographic, firmographic
from analyzers.lead_score.fit import fit
from analyzers.lead_score.intent import intent
from analyzers.lead_score.models import Component, Components, KeyFactor, LeadScore
from analyzers.lead_score.scoring import MAXIMA, IdealCustomer, Scoring
from analyzers.sales_intelligence.models import SalesIntelligence
from contract.reference import Reference

HIGH_FROM, MEDIUM_FROM = 4, 3
"""Of the five components, how many must rest on what was said or measured for high, respectively medium confidence."""


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
    scoring, ideal = reference.table(Scoring), reference.table(IdealCustomer)
    factors = [
        *demographic(call, sales_intelligence, scoring, ideal),
        *behavioral(call, sales_intelligence, conversation_quality, scoring),
        *firmographic(sales_intelligence, scoring),
        *intent(call, sales_intelligence, scoring),
        *fit(sales_intelligence, scoring, ideal),
    ]
    points = {name: _whole(sum(f.points for f in factors if f.component == name)) for name in MAXIMA}
    total = sum(points.values())
    return LeadScore(
        total=total,
        temperature=scoring.thresholds.temperature(total),
        components=Components.model_validate(points),
        confidence=_confidence(factors),
        key_factors=tuple(sorted(factors, key=lambda f: -f.points)),
    )


def _whole(points: float) -> int:
    return int(Decimal(str(round(points, 2))).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _confidence(factors: Sequence[KeyFactor]) -> Literal["high", "medium", "low"]:
    """Rate confidence by the number of components of which at least half the points rest on what was said or measured."""
    grounded = sum(_grounded(factors, name) for name in MAXIMA)
    if grounded >= HIGH_FROM:
        return "high"
    return "medium" if grounded >= MEDIUM_FROM else "low"


def _grounded(factors: Sequence[KeyFactor], component: Component) -> bool:
    known = sum(f.of for f in factors if f.component == component and f.basis in ("said", "measured"))
    return known >= MAXIMA[component] / 2
