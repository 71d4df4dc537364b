"""Let the call as a whole say who decides, when, how pressing it is, whether there is money and whether there is a need.

A call for support names pains and is no need; a date may be that of a meeting; money is often accepted without a word of it. So the
fitted verdicts (``analyzers/whole_call``) decide where the engine does not judge calls itself; a line of the caller shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from analyzers.call import AnnotatedCall
from analyzers.decision_facts import decision_facts
from analyzers.evidence import Evidence, Fact
from analyzers.likelihoods import Likelihoods
from analyzers.sales_intelligence.models import SalesIntelligence
from analyzers.single_facts import MOST_CERTAIN
from analyzers.whole_call import UNSAID, WholeCall, recognised, verdicts
from contract.reference import Reference

_FACTS = {
    "budget_authority": ("authority", "authority"),
    "decision_timeline": ("timeline", "when"),
    "urgency": ("urgency", "urgency"),
}
"""Verdict of each fact, and the reader's question whose line shows it."""
_BELIEVED_FROM = 0.45
"""Probability from which a verdict stands against what the lines say: at 0.35 and 0.5 fewer facts are right of writers left out."""


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
        return JudgedFacts({}, decision_facts(call).money, bool(needs))
    chances = verdicts(call, found, model, "need", "money", *(verdict for verdict, _ in _FACTS.values()))
    heads = call.annotations.impressions
    facts = {name: _fact(call, getattr(found, name), chances[of], head) for name, (of, head) in _FACTS.items()} if heads else {}
    return JudgedFacts(facts, _likely(chances["money"]) or found.budget is not None, _likely(chances["need"]))


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
    evidence = stated.evidence if stated and stated.value == value else _line(call, head, value)
    return Fact(value=value, confidence=round(min(chances[value], MOST_CERTAIN), 2), evidence=evidence)


def _line(call: AnnotatedCall, head: str, value: str) -> tuple[Evidence, ...]:
    place = call.annotations.impressions[head].place_of(value)
    if place is None:
        return ()
    said = call.items[place.item_id].text[place.start : place.end].rstrip()
    return (Evidence(item_id=place.item_id, start=place.start, end=place.start + len(said), quote=said),)
