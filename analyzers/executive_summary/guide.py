"""Read ``data/summary.yml``: list prices behind the deal size, and thresholds of the summary (spec 3.9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from analyzers.language.embedded.text.cues import CueMatcher
from analyzers.language.embedded.text.vocabulary import Phrases
from analyzers.lead_score.models import Temperature
from contract.reference import ReferenceTable


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Plan(_Entry):
    """Describes a plan; ``per_seat`` in US dollars a month, billed yearly; ``seats_at_most`` null: no limit."""

    label: str
    per_seat: float
    seats_at_most: int | None
    integrations: bool

    def suits(self, seats: int, integrations: bool) -> bool:
        return (self.seats_at_most is None or seats <= self.seats_at_most) and (self.integrations or not integrations)


class ListPrices(_Entry):
    dated: date
    currency: str
    plans: Mapping[str, Plan]

    def cheapest(self, seats: int, integrations: bool) -> Plan | None:
        """Return the cheapest plan that takes so many seats and, where needed, connects to other systems; None when none does."""
        fitting = [plan for plan in self.plans.values() if plan.suits(seats, integrations)]
        return min(fitting, key=lambda plan: plan.per_seat, default=None)


class Disengaged(_Entry):
    user_turns: int
    user_words: int


class SummaryGuide(ReferenceTable):
    file: ClassVar[str] = "summary.yml"
    prices: ListPrices
    disengaged: Disengaged
    expansion_ratio: float
    satisfied_from: float
    timing: Mapping[Temperature, str]
    leaving: Mapping[str, Phrases]

    @cached_property
    def leaving_cues(self) -> CueMatcher:
        return CueMatcher(self.leaving)
