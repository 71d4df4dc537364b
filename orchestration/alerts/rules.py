"""``data/alerts.yml``: every rule as data. The file's own comments explain the fields."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contract.reference import ReferenceTable

Channel = Literal["pagerduty", "slack_ops", "slack_sales", "slack_product", "email_ops", "email_sales"]
CallMeasure = Literal["hot_lead", "meeting_booked", "competitor"]
DigestMeasure = Literal["failed_searches", "low_engagement", "feature_requests"]
RunMeasure = Literal["failed_run"]
WatchedMeasure = Literal[
    "silence",
    "api_errors",
    "error_rate",
    "latency",
    "queue_depth",
    "tokens_to_normal",
    "cost_burn",
    "poor_connections",
    "unusable_sessions",
    "failing_syncs",
    "warehouse_lag",
    "failed_checks",
]
HOURLY = 60  # minutes: a rule evaluated so often is a digest


FAST_MINUTES, SLOW_MINUTES = 2, 5
"""Between evaluations: of the rules that page, and of those of operations (spec 7.1, 7.2)."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class SilenceLimits(_Entry):
    """A silence counts when one so long is less probable than ``improbable``, by the calls of the same hours of ``weeks``."""

    improbable: float = Field(gt=0, lt=1)
    weeks: int = Field(ge=1)


class Normal(_Entry):
    """The median of the same hour of the week over ``weeks``, at least ``floor``; unknown below ``minimum_n`` calls in them."""

    weeks: int = Field(ge=1)
    floor: float = Field(gt=0)
    minimum_n: int = Field(ge=1)


class CostProjection(_Entry):
    """How a day and a month follow from an hour."""

    hours_a_day: float = Field(gt=0, le=24)
    days_a_month: float = Field(gt=0, le=31)


class AlertRule(_Entry):
    """One rule. Times are in minutes."""

    name: str = Field(min_length=1)
    section: Literal["7.1", "7.2", "7.3", "7.4", "more", "runs"]
    alert_type: Literal["critical", "high", "business", "quality"]
    severity: Literal["P1", "P2", "P3"]
    every: Literal[0, 2, 5, 60]
    measure: WatchedMeasure | CallMeasure | DigestMeasure | RunMeasure
    above: float = 0
    clock: int = Field(default=0, ge=0)
    calls: int = Field(default=0, ge=0)
    within: int = Field(default=0, ge=0)
    minimum_n: int = Field(default=1, ge=1)
    minimum_count: int = Field(default=1, ge=1)
    silence: SilenceLimits | None = None
    normal: Normal | None = None
    sustained: int = Field(default=0, ge=0, alias="for")
    keep_firing_for: int = Field(default=0, ge=0)
    no_data: Literal["hold", "resolve", "fire"] = "resolve"
    cool_down: int = Field(default=0, ge=0)
    business_hours: bool = False
    inhibited_by: tuple[str, ...] = ()
    channel: Channel
    mention: Literal["here", "territory_owner", "meeting_owner"] | None = None
    respond_within: int | None = None
    repeat_after: int | None = None
    owner: str
    trigger: str
    template: str
    context: str = ""
    action: str
    runbook: str

    @property
    def is_watched(self) -> bool:
        """Return whether it is a condition that begins and ends, not something told once."""
        return self.every not in (0, HOURLY)

    @property
    def memory(self) -> timedelta:
        """How long after an incident its windows can still hold calls of it."""
        return timedelta(minutes=max(self.clock, self.within))


class AlertRules(ReferenceTable):
    """The whole file. What inhibits a rule stands before it, since rules are evaluated in their order."""

    file: ClassVar[str] = "alerts.yml"
    projection: CostProjection
    late_after: int = Field(gt=0)
    sample_valid_for: int = Field(gt=0)
    next_channels: dict[Channel, tuple[Channel, ...]] = Field(default_factory=dict[Channel, tuple[Channel, ...]])
    rules: tuple[AlertRule, ...]

    @model_validator(mode="after")
    def _names_are_known(self) -> AlertRules:
        names: list[str] = []
        for rule in self.rules:
            unknown = [one for one in rule.inhibited_by if one.partition(": ")[0] not in names]
            if unknown or rule.name in names:
                raise ValueError(f"{rule.name}: inhibited_by {unknown} are no rules before it, or its name stands there twice")
            names.append(rule.name)
        return self

    @model_validator(mode="after")
    def _measures_have_their_figures(self) -> AlertRules:
        for rule in self.rules:
            if (rule.measure == "silence") != (rule.silence is not None):
                raise ValueError(f"{rule.name}: silence is for the measure silence alone, which needs it")
            if (rule.measure == "tokens_to_normal") != (rule.normal is not None):
                raise ValueError(f"{rule.name}: normal is for the measure tokens_to_normal alone, which needs it")
        return self

    @property
    def watched(self) -> tuple[AlertRule, ...]:
        return tuple(rule for rule in self.rules if rule.is_watched)

    @property
    def digests(self) -> tuple[AlertRule, ...]:
        return tuple(rule for rule in self.rules if rule.every == HOURLY)

    def named(self, name: str) -> AlertRule:
        """Return one rule; ``KeyError`` for a name the file does not have."""
        found = next((rule for rule in self.rules if rule.name == name), None)
        if found is None:
            raise KeyError(name)
        return found
