"""A declared check of data quality and its outcome."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.rules.finding import Finding
from orchestration.rules.rule import Severity


@dataclass(frozen=True)
class Check:
    """A check as it is declared: ``asset`` is the path of the asset it is about."""

    name: str
    asset: tuple[str, ...]
    severity: Severity
    description: str
    what_to_do: str


@dataclass(frozen=True)
class CheckOutcome:
    check: Check
    finding: Finding

    @property
    def is_error(self) -> bool:
        return not self.finding.passed and self.check.severity == "ERROR"
