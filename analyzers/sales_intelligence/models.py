"""Define the shape of the sales intelligence report (spec 3.1); names as in ``docs/reports.md``."""

from __future__ import annotations

from typing import Literal

from analyzers.availability import Availability
from analyzers.contact_wishes import ContactWish
from analyzers.evidence import ExtractedFact, Fact, LabelledFact, ReportModel
from analyzers.language.annotations import NoProspectReason
from analyzers.sales_values import (
    Authority,
    CompetitorContext,
    Level,
    ObjectionCategory,
    SentimentToward,
    Severity,
    Timeline,
)
from contract.document.tier import Tier


class IntegrationFact(ExtractedFact):
    name: str


class Integrations(ReportModel):
    needed: tuple[IntegrationFact, ...] = ()
    in_use: tuple[IntegrationFact, ...] = ()


class CompetitorMention(ExtractedFact):
    name: str
    context: CompetitorContext
    sentiment: SentimentToward


class ObjectionFact(LabelledFact):
    """Records an objection; ``topic`` groups objections in the warehouse.

    ``workaround`` is what else would solve it, ``reason`` why it is raised. ``expression`` is ``implicit`` when it is only
    asked or supposed, as a question for a discount is (spec 3.5).
    """

    topic: str
    category: ObjectionCategory
    severity: Severity
    resolved: bool
    expression: Literal["explicit", "implicit"]
    workaround: str | None = None
    reason: str | None = None


class FeatureRequestFact(LabelledFact):
    """Records a wanted capability; ``feature`` is its topic."""

    feature: str
    priority: Literal["must_have", "nice_to_have"]


class FeatureDiscussed(ExtractedFact):
    """Records a feature of ``data/features.yml`` that came up, once a session."""

    feature: str
    context: Literal["question", "demo_request", "objection"]
    interest: Level


class BuyingSignalFact(LabelledFact):
    """Records interest in buying; ``signal`` is its topic."""

    kind: Literal["explicit", "implicit"]
    strength: Literal["strong", "medium", "weak"]
    signal: str


class StakeholderFact(ExtractedFact):
    role: str
    influence: Literal["decision_maker", "gatekeeper", "user"]
    engagement: str | None = None


class UseCases(ReportModel):
    primary: Fact[str] | None = None
    secondary: tuple[Fact[str], ...] = ()
    complexity: Literal["single", "multi"] | None = None


class PainPointFact(LabelledFact):
    """Records a problem: ``impact`` is the time or money lost, as the caller says; ``solution`` the PandaDoc feature that helps."""

    topic: str
    impact: str | None = None
    solution: str | None = None


class Bant(ReportModel):
    """Holds the BANT verdicts; ``qualified`` when at least three of the four hold, need among them (spec 3.1)."""

    budget: bool
    authority: bool
    need: bool
    timeline: bool
    qualified: bool


class CrossCheck(ReportModel):
    """Compares one figure with another; an implausible pair lowers the confidence of ``fact``."""

    fact: Literal["team_size", "monthly_volume"]
    against: str
    plausible: bool
    note: str


class SalesIntelligence(Availability):
    """Holds what the call says of the deal.

    ``no_prospect`` says why nobody who could buy was on the line: facts are then null. ``contact_wishes`` bind whoever would
    contact the caller.
    """

    no_prospect: Fact[NoProspectReason] | None = None
    team_size: Fact[int] | None = None
    monthly_volume: Fact[int] | None = None
    industry: Fact[str] | None = None
    location: Fact[str] | None = None
    current_tool: Fact[str] | None = None
    budget_authority: Fact[Authority] | None = None
    caller_role: Fact[str] | None = None
    decision_timeline: Fact[Timeline] | None = None
    urgency: Fact[Level] | None = None
    budget: Fact[float] | None = None
    revenue: Fact[float] | None = None
    headcount: Fact[int] | None = None
    market_presence: Fact[str] | None = None
    integrations: Integrations = Integrations()
    competitors: tuple[CompetitorMention, ...] = ()
    objections: tuple[ObjectionFact, ...] = ()
    feature_requests: tuple[FeatureRequestFact, ...] = ()
    features_discussed: tuple[FeatureDiscussed, ...] = ()
    buying_signals: tuple[BuyingSignalFact, ...] = ()
    stakeholders: tuple[StakeholderFact, ...] = ()
    use_cases: UseCases = UseCases()
    pain_points: tuple[PainPointFact, ...] = ()
    bant: Bant | None = None
    qualification_tier: Tier
    contact_wishes: tuple[ContactWish, ...] = ()
    cross_checks: tuple[CrossCheck, ...] = ()
