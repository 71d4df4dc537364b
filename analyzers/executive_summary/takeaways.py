"""Choose the three to five most important points (spec 3.9, 'key takeaways')."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.executive_summary.models import Risk
from analyzers.executive_summary.outcome import Findings, disengaged
from analyzers.executive_summary.prose import agreed, caller, contact, decision, goes, problem, wants
from analyzers.executive_summary.wording import sentences

MOST = 5
"""Most takeaways (spec 3.9: three to five)."""


def key_takeaways(findings: Findings, risks: tuple[Risk, ...]) -> tuple[str, ...]:
    """Return insights, decision drivers and circumstances, most important first; fewer than three when the call has less to say."""
    points = (point for point in _points(findings, risks) if point)
    return tuple(list(dict.fromkeys(points))[:MOST])


def _points(findings: Findings, risks: tuple[Risk, ...]) -> Iterator[str | None]:
    yield goes(findings)
    yield contact(findings)
    yield caller(findings)
    yield problem(findings)
    yield sentences(*wants(findings))
    yield sentences(decision(findings), risks[0].text if risks else None)
    yield agreed(findings)
    if disengaged(findings):
        yield "The caller hardly took part."
    yield f"Lead score {findings.score.total} of 100 ({findings.score.temperature})."
