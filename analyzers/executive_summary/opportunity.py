"""Estimate what the deal could be worth, now and later (spec 3.9, 'opportunity summary')."""

from __future__ import annotations

from analyzers.executive_summary.models import Opportunity
from analyzers.executive_summary.outcome import Findings
from analyzers.executive_summary.wording import OTHER, joined, plain
from contract.document.tier import TIER_1_INTEGRATIONS
from contract.platform.calendar_words import day_in_words


def opportunity(findings: Findings) -> Opportunity:
    """Return what the deal could be worth; nothing of it for a caller who is leaving."""
    if findings.leaving is not None:
        return Opportunity()
    return Opportunity(
        deal_size=_deal_size(findings),
        expansion=_expansion(findings),
        referral=_referral(findings),
        strategic_value=_strategic_value(findings),
    )


def _deal_size(findings: Findings) -> str | None:
    """Compute team size x list price x 12 months; None without a team size."""
    team, prices = findings.shown.team_size, findings.guide.prices
    if team is None or team.value < 1:
        return None
    plan = prices.cheapest(team.value, bool(findings.shown.integrations.needed))
    if plan is None:
        return None
    yearly = team.value * plan.per_seat * 12
    seats = "1 seat" if team.value == 1 else f"{team.value} seats"
    dated = f"{day_in_words(prices.dated).partition(' ')[2]} {prices.dated.year}"
    basis = f"{seats} x ${plan.per_seat:g} a month on {plan.label} x 12, list price of {dated}"
    return f"About ${yearly:,.0f} a year ({basis})."


def _expansion(findings: Findings) -> str | None:
    found = findings.shown
    team, headcount = found.team_size, found.headcount
    if team and headcount and headcount.value >= findings.guide.expansion_ratio * team.value:
        return f"{headcount.value} employees against a first team of {team.value}."
    further = [use.value for use in found.use_cases.secondary if use.value != OTHER]
    if further:
        return f"Further uses named: {joined(findings.labels.use(use) for use in further)}."
    if found.market_presence is not None:
        return f"More places to roll out to: {plain(found.market_presence.value)}."
    return None


def _referral(findings: Findings) -> str | None:
    """Suggest a referral only for a caller who was pleased at the end and left nothing open."""
    metrics, guide = findings.quality.metrics, findings.guide
    value = metrics.user_satisfaction.value
    satisfaction = float(value) if isinstance(value, int | float) else 0.0
    pleased = metrics.sentiment_progression.end == "positive" and satisfaction >= guide.satisfied_from
    open_points = any(not objection.resolved for objection in findings.found.objections)
    if not pleased or open_points or findings.shown.contact_wishes or findings.score.temperature == "nurture":
        return None
    return f"The call ended on a positive note (satisfaction {satisfaction:.1f} of 10): ask for a referral once they are live."


def _strategic_value(findings: Findings) -> str | None:
    found = findings.shown
    replaced = [plain(c.name) for c in found.competitors if c.context == "current"]
    if replaced:
        return f"Would replace {joined(replaced)}."
    systems = [i.name for i in found.integrations.needed if i.name in TIER_1_INTEGRATIONS]
    if systems:
        return f"Would tie into {joined(map(findings.labels.system, systems))}, which keeps accounts for long."
    return None
