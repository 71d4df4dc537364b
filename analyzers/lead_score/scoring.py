"""Read ``data/scoring.yml`` and ``data/icp.yml``: weights, steps, thresholds and the ideal customer (spec 3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analyzers.lead_score.models import Component, Temperature
from contract.reference import ReferenceTable

Share = float
MAXIMA: Mapping[Component, float] = {"demographic": 20, "behavioral": 25, "firmographic": 20, "intent": 20, "fit": 15}


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Weight(_Entry):
    """Weighs a factor; ``of``: the most points it gives; what the call does not say gives none."""

    of: float = Field(gt=0)


class ScoreStep(_Entry):
    least: float = Field(alias="from")
    share: Share = Field(ge=0, le=1)


Steps = Sequence[ScoreStep]


class Thresholds(_Entry):
    hot_above: int
    warm_from: int

    def temperature(self, total: int) -> Temperature:
        """Return the temperature of a score; 80 and 60 are both warm (``hot_above`` is strict, ``warm_from`` is not)."""
        if total > self.hot_above:
            return "hot"
        return "warm" if total >= self.warm_from else "nurture"


class Scoring(ReferenceTable):
    file: ClassVar[str] = "scoring.yml"
    thresholds: Thresholds
    middle: Mapping[Temperature, int]
    components: Mapping[Component, Mapping[str, Weight]]
    company_size: Steps
    employee_count: Steps
    revenue: Steps
    stated_place: Share
    stated_industry: Share
    market_presence: Share
    user_turns: Steps
    user_questions: Steps
    duration_seconds: Steps
    features: Steps
    words_a_turn: Steps
    timeline: Mapping[str, Share]
    urgency: Mapping[str, Share]
    timeline_deferred: Share
    budget: Mapping[str, Share]
    signals: Mapping[str, Share]
    signals_deferred: Share
    commitment: Share
    meeting: Mapping[str, Share]
    fit_without_need: Share
    complexity: Mapping[str, Share]
    integrations: Mapping[str, Share]
    open_feature_blocker: Share

    @model_validator(mode="after")
    def _adds_up(self) -> Scoring:
        for name, most in MAXIMA.items():
            given = sum(weight.of for weight in self.components.get(name, {}).values())
            if given != most:
                raise ValueError(f"the factors of {name} give {given:g} points; they must give {most:g}")
        return self


class Range(_Entry):
    at_least: float
    near: float

    def match(self, value: float) -> Share:
        if value >= self.at_least:
            return 1.0
        return 0.5 if value >= self.near else 0.0


class IdealCustomer(ReferenceTable):
    file: ClassVar[str] = "icp.yml"
    core_industries: frozenset[str]
    served_countries: frozenset[str]
    served_places: frozenset[str]
    team: Range
    monthly_volume: Range
    use_cases: frozenset[str]
    integrations: frozenset[str]


def share_of(steps: Steps, value: float) -> Share:
    """Return the share of the last step that ``value`` reaches; 0 below the first."""
    return next((step.share for step in reversed(steps) if value >= step.least), 0.0)
