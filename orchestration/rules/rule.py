"""What every rule of the platform says, whatever it is about: a check of data quality or an alert."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Severity = Literal["WARN", "ERROR"]


class Rule(BaseModel):
    """How severe a failure is and what to do about it; a subclass adds what the rule compares with."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    severity: Severity
    what_to_do: str = Field(min_length=1)
