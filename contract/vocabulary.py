"""``data/vocabulary.yml``: what 'qualified' and 'failed' mean, and the values of every enumeration."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from contract.document.session import DisconnectReason
from contract.document.tier import Tier
from contract.reference import Reference, ReferenceTable

Enumeration = Literal[
    "qualification_tier",
    "sentiment",
    "temperature",
    "decision_timeline",
    "budget_authority",
    "urgency",
    "disconnect_reason",
    "connection_category",
    "objection_category",
    "objection_severity",
    "competitor_context",
]


class Qualified(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    qualification_tier: Tier


class Failed(BaseModel):
    """A call fails by one of these reasons or, with ``incomplete``, when its final document never came."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    disconnect_reasons: frozenset[DisconnectReason]
    incomplete: bool


class Vocabulary(ReferenceTable):
    """The whole file. Python's own ``Literal`` types, dbt's accepted values and the expectations are compared with it by a test."""

    file: ClassVar[str] = "vocabulary.yml"
    qualified: Qualified
    failed: Failed
    enumerations: Mapping[Enumeration, tuple[str, ...]]

    def is_qualified(self, tier: str | None) -> bool:
        """Return whether a call or lead of this tier is qualified; one without a tier is not."""
        return tier == self.qualified.qualification_tier


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary of this checkout; ``ConfigurationFailure`` when the file is missing or malformed."""
    return Reference().table(Vocabulary)
