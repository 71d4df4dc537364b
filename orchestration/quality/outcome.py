"""Describe what a check found, with the ids of at most twenty sessions.

Nothing here ever holds what a caller said or is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from orchestration.quality.rules import Severity

SAMPLE = 20
"""Session ids named with a finding: enough to start looking, few enough to read; the count beside it is exact."""
Figure = str | int | float


@dataclass(frozen=True)
class Check:
    """A check as it is declared: ``asset`` is the path of the asset it is about."""

    name: str
    asset: tuple[str, ...]
    severity: Severity
    description: str
    what_to_do: str


@dataclass(frozen=True)
class Finding:
    """``count`` is the exact number of rows or figures that are wrong, of ``examined``; ``figures`` are what was measured.

    ``skipped_because`` says why nothing was judged: too little history or too few rows. A skipped check passes.
    """

    passed: bool
    count: int = 0
    examined: int = 0
    sessions: tuple[str, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict[str, Figure])
    skipped_because: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class CheckOutcome:
    check: Check
    finding: Finding

    @property
    def is_error(self) -> bool:
        return not self.finding.passed and self.check.severity == "ERROR"


def sample(session_ids: Iterable[str | None]) -> tuple[str, ...]:
    """Return the first twenty different sessions, in order of their ids."""
    return tuple(sorted({session_id for session_id in session_ids if session_id}))[:SAMPLE]


def not_evaluated(problem: str) -> Finding:
    """Return a failed finding for a check that could not be made."""
    return Finding(passed=False, count=0, problem=problem)
