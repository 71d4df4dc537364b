"""``data/quality.yml``: what is checked, how severe a failure is, and what to do about it."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contract.reference import ReferenceTable
from orchestration.rules.rule import Rule

SuiteName = Literal["ingested", "marts"]


class VolumeRule(Rule):
    """Calls of 24 hours against the same hours of the weeks before; ``below`` and ``above`` are multiples of their mean."""

    weeks: int = Field(ge=1)
    weeks_needed: int = Field(ge=1)
    mean_needed: float = Field(gt=0)
    below: float = Field(ge=0, lt=1)
    above: float = Field(gt=1)
    deviations: float = Field(ge=0)


class FreshnessRule(Rule):
    """``open_hours`` are hours of business (``data/business_hours.yml``) without a new call that are too many."""

    open_hours: float = Field(gt=0)


class DriftRule(Rule):
    """``edges`` are the upper edges of the bins of each score; ``index`` is the population stability index that is too much."""

    recent_days: int = Field(ge=1)
    before_days: int = Field(ge=1)
    calls_needed: int = Field(ge=1)
    index: float = Field(gt=0)
    edges: dict[Literal["lead_score", "engagement_score"], tuple[float, ...]]


class FutureRule(Rule):
    tolerance_minutes: float = Field(ge=0)


class StandingRules(BaseModel):
    """Statements about the published warehouse as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    volume: VolumeRule
    freshness: FreshnessRule
    drift: DriftRule
    references: Rule
    no_future_timestamps: FutureRule


class Expectation(Rule):
    """One of Great Expectations' classes with its arguments; below ``rows_needed`` rows it is skipped."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    expect: str = Field(pattern=r"^Expect[A-Za-z]+$")
    arguments: dict[str, Any] = Field(alias="with")
    rows_needed: int = Field(default=1, ge=1)


class Suite(BaseModel):
    """Expectations by the table they are about, evaluated on the newest sessions of the last ``hours``."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    hours: float = Field(gt=0)
    sessions_at_most: int = Field(ge=1)
    tables: dict[str, tuple[Expectation, ...]]


class QualityRules(ReferenceTable):
    """The whole file. Names of checks are unique, since they name checks of assets."""

    file: ClassVar[str] = "quality.yml"
    standing: StandingRules
    suites: dict[SuiteName, Suite]

    @model_validator(mode="after")
    def _names_are_unique(self) -> QualityRules:
        names = [rule.name for suite in self.suites.values() for rules in suite.tables.values() for rule in rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} stands there more than once")
        return self
