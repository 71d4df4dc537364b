"""Score who the company is: the demographic (0-20) and firmographic (0-20) components (spec 3.2)."""

from __future__ import annotations

from analyzers.call import AnnotatedCall
from analyzers.lead_score.card import Card
from analyzers.lead_score.models import KeyFactor
from analyzers.lead_score.scoring import IdealCustomer, Scoring, share_of
from analyzers.sales_intelligence.models import SalesIntelligence


def demographic(call: AnnotatedCall, found: SalesIntelligence, scoring: Scoring, ideal: IdealCustomer) -> list[KeyFactor]:
    card = Card("demographic", scoring)
    return [_company_size(card, found), _industry(card, found, ideal), _location(card, call, found, ideal)]


def firmographic(found: SalesIntelligence, scoring: Scoring) -> list[KeyFactor]:
    card = Card("firmographic", scoring)
    return [_revenue(card, found), _employees(card, found), _presence(card, found)]


def _company_size(card: Card, found: SalesIntelligence) -> KeyFactor:
    size = found.team_size or found.headcount
    if size is None:
        return card.not_said("company_size")
    noun = "people would use it" if found.team_size else "employees"
    return card.said("company_size", share_of(card.scoring.company_size, size.value), f"{size.value} {noun}", size)


def _industry(card: Card, found: SalesIntelligence, ideal: IdealCustomer) -> KeyFactor:
    if found.industry is None:
        return card.not_said("industry")
    core = found.industry.value in ideal.core_industries
    why = "A core industry" if core else "An industry outside the core ones"
    return card.said("industry", 1.0 if core else card.scoring.stated_industry, why, found.industry)


def _location(card: Card, call: AnnotatedCall, found: SalesIntelligence, ideal: IdealCustomer) -> KeyFactor:
    """Score the place that was named, else the country of the caller's device ("US-CA")."""
    country = (call.document.connection.device_info.location or "").split("-")[0].upper()
    served = country in ideal.served_countries
    if found.location is not None:
        named = any(place in found.location.value.lower() for place in ideal.served_places)
        good = served or named
        why = "In a served region" if good else "Somewhere named"
        return card.said("location", 1.0 if good else card.scoring.stated_place, why, found.location)
    if not country:
        return card.not_said("location")
    why = "Calls from a served region" if served else "Calls from outside the served regions"
    return card.measured("location", 1.0 if served else card.scoring.stated_place, why)


def _revenue(card: Card, found: SalesIntelligence) -> KeyFactor:
    if found.revenue is None:
        return card.not_said("revenue")
    share = share_of(card.scoring.revenue, found.revenue.value)
    return card.said("revenue", share, f"Revenue of {found.revenue.value:,.0f} a year", found.revenue)


def _employees(card: Card, found: SalesIntelligence) -> KeyFactor:
    count = found.headcount or found.team_size
    if count is None:
        return card.not_said("employee_count")
    noun = "employees" if found.headcount else "people in the team"
    return card.said("employee_count", share_of(card.scoring.employee_count, count.value), f"{count.value} {noun}", count)


def _presence(card: Card, found: SalesIntelligence) -> KeyFactor:
    if found.market_presence is None:
        return card.not_said("market_presence")
    return card.said("market_presence", card.scoring.market_presence, "More than one place or market named", found.market_presence)
