"""Score how well the product suits the caller: the fit component, 0-15 (spec 3.2)."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean

from analyzers.evidence import Fact
from analyzers.lead_score.card import Card
from analyzers.lead_score.models import KeyFactor
from analyzers.lead_score.scoring import IdealCustomer, Scoring, Share
from analyzers.sales_intelligence.models import ObjectionFact, SalesIntelligence


def fit(found: SalesIntelligence, scoring: Scoring, ideal: IdealCustomer) -> list[KeyFactor]:
    """Score ideal customer, integrations and complexity; an open blocker about a missing capability lowers all three."""
    card = Card("fit", scoring)
    factors = [_ideal_customer(card, found, ideal), _integrations(card, found, ideal), _complexity(card, found)]
    blocker = next((o for o in found.objections if _is_open_blocker(o)), None)
    return factors if blocker is None else [_blocked(factor, scoring.open_feature_blocker) for factor in factors]


def has_need(found: SalesIntelligence) -> bool:
    """Return whether there is a problem, a feature request or an integration to solve, not support alone."""
    return bool(found.pain_points or found.feature_requests or found.integrations.needed) or bool(found.bant and found.bant.need)


def _is_open_blocker(objection: ObjectionFact) -> bool:
    return objection.category == "features" and objection.severity == "blocker" and not objection.resolved


def _blocked(factor: KeyFactor, share: Share) -> KeyFactor:
    why = f"{factor.why}; a missing capability is an open blocker"
    return factor.model_copy(update={"points": round(factor.points * share, 2), "why": why})


def _ideal_customer(card: Card, found: SalesIntelligence, ideal: IdealCustomer) -> KeyFactor:
    """Return the mean match of what is known of team, volume and use case."""
    known = dict(_matches(found, ideal))
    if not has_need(found):
        return card.quoted("icp", card.scoring.fit_without_need, "No problem to solve was named", ())
    if not known:
        return card.not_said("icp")
    why = ", ".join(
        f"{name} {'matches' if share == 1 else 'nearly matches' if share else 'differs'}" for name, share in known.items()
    )
    facts = (found.team_size, found.monthly_volume, found.use_cases.primary)
    return card.said("icp", fmean(known.values()), f"Ideal customer: {why}", *facts)


def _matches(found: SalesIntelligence, ideal: IdealCustomer) -> Iterable[tuple[str, Share]]:
    if found.team_size is not None:
        yield "team", ideal.team.match(found.team_size.value)
    if found.monthly_volume is not None:
        yield "volume", ideal.monthly_volume.match(found.monthly_volume.value)
    if found.use_cases.primary is not None:
        yield "use case", 1.0 if found.use_cases.primary.value in ideal.use_cases else 0.0


def _integrations(card: Card, found: SalesIntelligence, ideal: IdealCustomer) -> KeyFactor:
    needed = found.integrations.needed
    if not needed:
        return card.not_said("integrations", "No integration is needed")
    listed = [entry for entry in needed if entry.name in ideal.integrations]
    share = card.scoring.integrations["listed" if listed else "other"]
    why = "Needs an integration the product has" if listed else "Needs an integration to be checked"
    evidence = tuple(quote for entry in (listed or needed) for quote in entry.evidence[:1])
    return card.quoted("integrations", share, why, evidence)


def _complexity(card: Card, found: SalesIntelligence) -> KeyFactor:
    kind = found.use_cases.complexity
    if kind is None:
        return card.not_said("complexity")
    uses: tuple[Fact[str] | None, ...] = (found.use_cases.primary, *found.use_cases.secondary)
    return card.said("complexity", card.scoring.complexity[kind], "Several uses" if kind == "multi" else "One use", *uses)
