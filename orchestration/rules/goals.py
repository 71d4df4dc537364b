"""``data/goals.yml``: goals of rates, budgets and the cost of the platform, read by reports, alerts and dashboards alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from contract.reference import ReferenceTable


class Budgets(BaseModel):
    """US dollars for what calls cost at list prices."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    daily: float = Field(gt=0)
    monthly: float = Field(gt=0)


class Infrastructure(BaseModel):
    """US dollars a month for servers, storage and licences; None while they are not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    monthly: float | None = Field(default=None, ge=0)


class Goals(ReferenceTable):
    """``goals`` are shares by the name of a measure."""

    file: ClassVar[str] = "goals.yml"
    dated: date
    goals: Mapping[str, float]
    budgets: Budgets
    infrastructure: Infrastructure
