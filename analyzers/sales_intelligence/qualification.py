"""Evaluate BANT and cross-check figures against each other (spec 3.1)."""

from __future__ import annotations

from collections.abc import Sequence

from analyzers.call import AnnotatedCall
from analyzers.evidence import Fact
from analyzers.sales_intelligence.models import Bant, CrossCheck, SalesIntelligence, StakeholderFact

DOCUMENTS_PER_PERSON_AND_MONTH = (0.2, 400)
"""Least and most documents a person and month that are plausible, wide on purpose: from one every five months to about 18 a
working day."""
DOUBT = 0.7
"""Factor of the confidence of a figure that another one makes implausible."""


def bant(call: AnnotatedCall, found: SalesIntelligence, *, money: bool, need: bool) -> Bant:
    """Evaluate BANT: money stated, allotted or accepted; the decider identified; a problem to solve; a decision date set."""
    judged = call.annotations.judgement
    named = judged is not None and judged.decider is not None
    letters = {
        "budget": money,
        "authority": found.budget_authority is not None
        or named
        or any(s.influence == "decision_maker" for s in found.stakeholders),
        "need": need,
        "timeline": found.decision_timeline is not None and found.decision_timeline.value != "evaluating",
    }
    return Bant(**letters, qualified=need and sum(letters.values()) >= 3)


def cross_checks(
    team: Fact[int] | None, volume: Fact[int] | None, stakeholders: Sequence[StakeholderFact]
) -> tuple[CrossCheck, ...]:
    """Compare team size with the people named and volume with the team; what cannot be compared is not listed."""
    checks: list[CrossCheck] = []
    users = [s for s in stakeholders if s.influence == "user"]
    if team and users:
        plausible = team.value >= len(users)
        checks.append(
            CrossCheck(fact="team_size", against="roles named", plausible=plausible, note=f"{len(users)} kinds of users named")
        )
    if team and volume:
        low, high = DOCUMENTS_PER_PERSON_AND_MONTH
        each = volume.value / team.value
        note = f"{each:.1f} documents a person and month; {low} to {high} is usual"
        checks.append(CrossCheck(fact="monthly_volume", against="team_size", plausible=low <= each <= high, note=note))
    return tuple(checks)


def doubted(fact: Fact[int] | None, name: str, checks: Sequence[CrossCheck]) -> Fact[int] | None:
    """Lower the confidence of a fact when a check finds it implausible."""
    if fact and any(check.fact == name and not check.plausible for check in checks):
        return fact.model_copy(update={"confidence": round(fact.confidence * DOUBT, 2)})
    return fact
