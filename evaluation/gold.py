"""Define the gold labels of a call, as a careful reader set them. Null and [] where the call does not say."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from contract.document.session import BudgetAuthority, DecisionTimeline, Urgency
from contract.platform.failures import PermanentFailure

Mood = Literal["positive", "neutral", "negative"]


class _Label(BaseModel):
    """Ignore labels that are not scored: readers may add some."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class GoldCompetitor(_Label):
    name: str
    context: Literal["current", "considering", "past", "comparison"]
    sentiment: Mood


class GoldObjection(_Label):
    category: Literal["pricing", "features", "timing", "trust"]
    severity: Literal["blocker", "concern"]
    resolved: bool
    quote: str


class GoldFeatureRequest(_Label):
    feature: str
    priority: Literal["must_have", "nice_to_have"]
    quote: str = ""


class GoldBuyingSignal(_Label):
    strength: Literal["strong", "medium", "weak"]
    quote: str


class GoldPainPoint(_Label):
    topic: str
    quote: str


class GoldBarrier(_Label):
    kind: str
    quote: str


class GoldStakeholder(_Label):
    role: str
    influence: Literal["decision_maker", "gatekeeper", "user"]


class GoldBant(_Label):
    budget: bool
    authority: bool
    need: bool
    timeline: bool


class GoldSales(_Label):
    """Hold the sales facts; ``monthly_volume`` is documents a month."""

    team_size: int | None = None
    monthly_volume: int | None = None
    integrations_needed: tuple[str, ...] = ()
    integrations_in_use: tuple[str, ...] = ()
    budget_authority: BudgetAuthority | None = None
    decision_timeline: DecisionTimeline | None = None
    urgency: Urgency | None = None
    current_tool: str | None = None
    use_case: str | None = None
    competitors: tuple[GoldCompetitor, ...] = ()
    objections: tuple[GoldObjection, ...] = ()
    feature_requests: tuple[GoldFeatureRequest, ...] = ()
    buying_signals: tuple[GoldBuyingSignal, ...] = ()
    stakeholders: tuple[GoldStakeholder, ...] = ()
    pain_points: tuple[GoldPainPoint, ...] = ()
    switching_barriers: tuple[GoldBarrier, ...] = ()
    bant: GoldBant


class GoldQuality(_Label):
    user_questions: int
    agent_questions: int
    natural_ending: bool


class GoldSentiment(_Label):
    overall: Mood
    trend: Literal["improving", "stable", "declining"]


class GoldGap(_Label):
    question: str


class GoldAction(_Label):
    """Hold an action item; ``deadline`` is an ISO date, null for an open or conditional promise."""

    owner: Literal["user", "sales", "support"]
    kind: Literal["commitment", "follow_up", "demo_request", "document_share"]
    text: str
    deadline: str | None = None

    @field_validator("deadline", mode="before")
    @classmethod
    def _iso(cls, value: Any) -> str | None:
        return None if value is None else str(value)


class GoldOutcome(_Label):
    tier: Literal["Tier 1", "Tier 2"]
    temperature: Literal["hot", "warm", "nurture"]
    next_action: Literal["sales_call", "self_serve", "nurture"]


class Gold(_Label):
    """Hold one call's labels. ``script`` names its source and so its writer; empty for calls that come without one."""

    session_id: str
    script: str = ""
    sales: GoldSales
    quality: GoldQuality
    sentiment: GoldSentiment
    content_gaps: tuple[GoldGap, ...] = ()
    action_items: tuple[GoldAction, ...] = ()
    outcome: GoldOutcome


def gold_of(labels: dict[str, Any], name: str) -> Gold:
    """Validate labels. Raises ``PermanentFailure``, which names the file and the labels that are wrong."""
    try:
        return Gold.model_validate(labels)
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, e["loc"])) for e in error.errors())
        raise PermanentFailure(f"The labels of {name} are wrong: {wrong}.", "Correct the named labels.") from None
