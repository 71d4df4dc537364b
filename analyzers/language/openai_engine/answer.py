"""What the model must answer, as pydantic models: they make the strict schema it is held to, and validate what comes back.

Offsets are not asked for, models count badly: quotes are, and ``reading`` finds them. A field that may be unknown is nullable
and never optional, as strict schemas want it. Enumerations are those of ``analyzers.language.annotations``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from analyzers.language.annotations import ActKind, SentimentLabel
from analyzers.language.openai_engine.whole_call import AnswerCall


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class AnswerAct(_Strict):
    """``quote`` None: the whole utterance."""

    kind: ActKind
    quote: str | None
    confidence: float = Field(ge=0, le=1)
    topic: str | None
    answered: bool | None


class AnswerUtterance(_Strict):
    n: int
    label: SentimentLabel
    score: float = Field(ge=-1, le=1)
    confidence: float = Field(ge=0, le=1)
    acts: list[AnswerAct]


class AnswerFact(_Strict):
    """What every fact says beside its type, value and the attributes of its type."""

    n: int
    quote: str
    confidence: float = Field(ge=0, le=1)
    polarity: Literal["affirmed", "negated"]
    modality: Literal["asserted", "hypothetical", "question", "reported"]
    tense: Literal["past", "present", "future"]


class TeamSize(AnswerFact):
    type: Literal["team_size"]
    value: int
    kind: Literal["users", "headcount", "volunteers_or_signers"]
    approximate: bool


class MonthlyVolume(AnswerFact):
    type: Literal["monthly_volume"]
    value: int
    period: Literal["day", "week", "month", "quarter", "year"]
    raw: float


class Integration(AnswerFact):
    type: Literal["integration"]
    value: str
    use: Literal["needed", "in_use", "other"]


class Competitor(AnswerFact):
    type: Literal["competitor"]
    value: str
    context: Literal["current", "considering", "past", "comparison"]
    sentiment: SentimentLabel


class CurrentTool(AnswerFact):
    type: Literal["current_tool"]
    value: str
    manual: bool


class BudgetAuthority(AnswerFact):
    type: Literal["budget_authority"]
    value: Literal["decision_maker", "influencer", "needs_approval"]
    basis: Literal["role", "statement"]


class DecisionTimeline(AnswerFact):
    type: Literal["decision_timeline"]
    value: str
    bucket: Literal["this_week", "this_month", "this_quarter", "next_quarter", "evaluating"] | None


class Urgency(AnswerFact):
    type: Literal["urgency"]
    value: Literal["high", "medium", "low"]


class Budget(AnswerFact):
    type: Literal["budget"]
    value: float | None
    currency: str | None
    kind: Literal["stated", "accepted", "allotted", "refused"]


class Revenue(AnswerFact):
    type: Literal["revenue"]
    value: float
    currency: str | None


class Headcount(AnswerFact):
    type: Literal["headcount"]
    value: int


class UseCase(AnswerFact):
    type: Literal["use_case"]
    value: str
    primary: bool


class PainPoint(AnswerFact):
    type: Literal["pain_point"]
    value: str
    impact: str | None


class Objection(AnswerFact):
    type: Literal["objection"]
    value: str
    category: Literal["pricing", "features", "timing", "trust"]
    severity: Literal["blocker", "concern"]
    resolved: bool
    resolution: str | None
    reason: str | None


class FeatureRequest(AnswerFact):
    type: Literal["feature_request"]
    value: str
    priority: Literal["must_have", "nice_to_have"]


class BuyingSignal(AnswerFact):
    type: Literal["buying_signal"]
    value: str
    kind: Literal["explicit", "implicit"]
    strength: Literal["strong", "medium", "weak"]


class Stakeholder(AnswerFact):
    type: Literal["stakeholder"]
    value: str
    influence: Literal["decision_maker", "gatekeeper", "user"]
    engagement: str | None


class SwitchingBarrier(AnswerFact):
    type: Literal["switching_barrier"]
    value: str
    kind: Literal["technical", "contractual", "organizational", "cost"]


class ComparisonRequest(AnswerFact):
    type: Literal["comparison_request"]
    value: str
    aspect: Literal["features", "pricing", "general"]


class Action(AnswerFact):
    """``due`` is the day that the words of ``deadline`` mean, as YYYY-MM-DD."""

    type: Literal["action"]
    value: str
    owner: Literal["user", "sales", "support"]
    kind: Literal["commitment", "follow_up", "demo_request", "document_share"]
    deadline: str | None
    due: str | None
    conditional: bool


class Emotion(AnswerFact):
    """``trigger`` is the number of an utterance; annotations name it by its item id."""

    type: Literal["emotion"]
    value: Literal["excitement", "frustration", "confusion", "confidence", "hesitation"]
    intensity: Literal["low", "medium", "high"]
    trigger: int | None


class Named(AnswerFact):
    """Facts that are a word or two and nothing else."""

    type: Literal["caller_role", "industry", "location", "feature_mention", "market_presence"]
    value: str


AnyFact = (
    TeamSize
    | MonthlyVolume
    | Integration
    | Competitor
    | CurrentTool
    | BudgetAuthority
    | DecisionTimeline
    | Urgency
    | Budget
    | Revenue
    | Headcount
    | UseCase
    | PainPoint
    | Objection
    | FeatureRequest
    | BuyingSignal
    | Stakeholder
    | SwitchingBarrier
    | ComparisonRequest
    | Action
    | Emotion
    | Named
)


class Answer(_Strict):
    """The whole of what one call to the model returns. ``call`` comes last, since the model judges it from what it wrote before."""

    language: str
    utterances: list[AnswerUtterance]
    facts: list[AnyFact]
    call: AnswerCall
