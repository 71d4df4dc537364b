"""What evaluating a rule found. Sessions are named by id, at most twenty; nothing here holds what a caller said or is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

SAMPLE = 20  # sessions named in a finding: enough to look into, few enough for a message
Figure = str | int | float


@dataclass(frozen=True)
class Finding:
    """``count`` is the exact number of rows or figures that are wrong, of ``examined``; ``figures`` are what was measured.

    ``skipped_because`` says why nothing was judged: too little history or too few rows. A skipped rule passes.
    ``problem`` says why a rule could not be evaluated at all, which is a failure.
    """

    passed: bool
    count: int = 0
    examined: int = 0
    sessions: tuple[str, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict[str, Figure])
    skipped_because: str | None = None
    problem: str | None = None


def sample(session_ids: Iterable[str | None]) -> tuple[str, ...]:
    """Return the first twenty different sessions, in order of their ids."""
    return tuple(sorted({session_id for session_id in session_ids if session_id}))[:SAMPLE]


def not_evaluated(problem: str) -> Finding:
    """Return a failed finding: a rule that could not be evaluated says nothing about the data, so it must not pass."""
    return Finding(passed=False, count=0, problem=problem)
