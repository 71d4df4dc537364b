"""What the model must answer of the call as a whole: each judgement names the line and the words that settle it.

``judging`` checks those places; a judgement whose place is not there is none, and the rules decide as they do without it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from analyzers.language.annotations import NextAction, NoProspectReason, Readiness, SentimentLabel, Trend, Wish


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Settled(_Strict):
    """What every settled judgement says beside its value: the line, words of it, and the chance that a reader agrees."""

    n: int
    quote: str
    confidence: float = Field(ge=0, le=1)


class SettledCount(Settled):
    value: int


class SettledName(Settled):
    value: str


class SettledAuthority(Settled):
    value: Literal["decision_maker", "influencer", "needs_approval"]


class SettledTimeline(Settled):
    value: Literal["this_week", "this_month", "this_quarter", "next_quarter", "evaluating"]


class SettledUrgency(Settled):
    value: Literal["high", "medium", "low"]


class SettledWish(Settled):
    value: Wish


class SettledNoProspect(Settled):
    value: NoProspectReason


class AnswerMood(_Strict):
    """``lines`` are the caller's lines it rests on."""

    label: SentimentLabel
    trend: Trend
    confidence: float = Field(ge=0, le=1)
    lines: list[int]


class AnswerCall(_Strict):
    """Null is a judgement too: the call does not say."""

    no_prospect: SettledNoProspect | None
    team_size: SettledCount | None
    monthly_volume: SettledCount | None
    current_tool: SettledName | None
    use_case: SettledName | None
    budget_authority: SettledAuthority | None
    decision_timeline: SettledTimeline | None
    urgency: SettledUrgency | None
    decider: SettledName | None
    sentiment: AnswerMood
    natural_ending: bool
    wish: SettledWish | None
    next_action: NextAction
    readiness: Readiness
