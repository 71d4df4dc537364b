"""Let the call as a whole say who decides, when, how pressing it is, whether there is money and whether there is a need.

A call for support names pains and is no need; a date may be that of a meeting; money is often accepted without a word of it. So the
fitted verdicts (``analyzers/whole_call``) decide where the engine does not judge calls itself; a line of the caller shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from analyzers.call import AnnotatedCall
from analyzers.decision_facts import decision_facts
from analyzers.evidence import Fact
from analyzers.likelihoods import Likelihoods
from analyzers.likely_lines import likely_line
from analyzers.sales_intelligence.models import SalesIntelligence
from analyzers.single_facts import MOST_CERTAIN
from analyzers.whole_call import UNSAID, WholeCall, recognised, verdicts
from contract.reference import Reference

JUDGED_FACTS = {
    "budget_authority": ("authority", "authority"),
    "decision_timeline": ("timeline", "when"),
    "urgency": ("urgency", "urgency"),
}
"""Verdict of each fact, and the reader's question whose line shows it."""
_BELIEVED_FROM = 0.45
"""Probability from which a verdict stands against what the lines say. Of writers left out on whom rules had been written .80 of the
three facts are right then, with every verdict .76, with the lines alone .76; of all writers .79, .78 and .70."""


class JudgedFacts(NamedTuple):
    """Holds the facts of the decision by their names in the report, and whether there is money and a need."""

    facts: Mapping[str, Fact[str] | None]
    money: bool
    need: bool


def judged_facts(call: AnnotatedCall, found: SalesIntelligence, reference: Reference) -> JudgedFacts:
    """Return the verdicts of the call as a whole.

    What the lines say stands where the engine judged the call, nobody could buy, or the agent hardly speaks.
    """
    model = reference.table(WholeCall)
    needs = found.pain_points or found.feature_requests or found.integrations.needed
    if call.no_prospect or call.annotations.judgement or not recognised(call, model):
        return JudgedFacts({}, decision_facts(call).money, bool(needs) and not _is_support(call, found))
    chances = verdicts(call, found, model, "need", "money", *(verdict for verdict, _ in JUDGED_FACTS.values()))
    heads = call.annotations.impressions
    facts = (
        {name: _fact(call, getattr(found, name), chances[of], head) for name, (of, head) in JUDGED_FACTS.items()} if heads else {}
    )
    return JudgedFacts(facts, _likely(chances["money"]) or found.budget is not None, _likely(chances["need"]))


def _is_support(call: AnnotatedCall, found: SalesIntelligence) -> bool:
    """Return whether the engine judges that nothing is to be sold, and the call shows no interest and no size (LABELS: bant)."""
    judged = call.annotations.judgement
    shows = found.buying_signals or found.team_size or found.monthly_volume
    return judged is not None and judged.readiness == "none" and not shows


def _likely(chances: Likelihoods) -> bool:
    return chances["yes"] > chances["no"]


def _fact(call: AnnotatedCall, stated: Fact[str] | None, chances: Likelihoods, head: str) -> Fact[str] | None:
    """Return the likeliest value with the words that state it, else with the line that speaks most for it.

    Where no value is likely, what the lines say stands.
    """
    value = max(chances, key=lambda label: chances[label])
    if chances[value] < _BELIEVED_FROM:
        return stated
    if value == UNSAID:
        return None
    line = likely_line(call, head, value)
    evidence = stated.evidence if stated and stated.value == value else (line.quote,) if line else ()
    return Fact(value=value, confidence=round(min(chances[value], MOST_CERTAIN), 2), evidence=evidence)
