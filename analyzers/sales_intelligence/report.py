"""Report what the call says about the deal: facts, needs, obstacles and people, each with its evidence (spec 3.1).

The transcript decides. The agent's live signals are used only for a call whose words are missing, and are marked as such.
"""

from __future__ import annotations

from analyzers.availability import words_missing
from analyzers.call import AnnotatedCall
from analyzers.contact_wishes import contact_wishes, with_judged
from analyzers.decision_facts import AUTHORITIES, LEVELS, TIMELINES, decision_facts, settled
from analyzers.evidence import Fact, evidence_of
from analyzers.language.annotations import SpanType
from analyzers.sales_intelligence import findings
from analyzers.sales_intelligence.judged import judged_facts
from analyzers.sales_intelligence.models import IntegrationFact, Integrations, SalesIntelligence, UseCases
from analyzers.sales_intelligence.qualification import bant, cross_checks, doubted
from analyzers.sales_intelligence.wording import Wording
from analyzers.single_facts import SIGNAL_CONFIDENCE, amount, chosen, final, from_signal, listed, text, whole
from contract.document.session import DiscoveredSignals
from contract.document.tier import qualification_tier
from contract.reference import Reference


def sales_intelligence(call: AnnotatedCall, reference: Reference) -> SalesIntelligence:
    """Report every finding of spec 3.1 with confidence and quotes; null where the call says nothing."""
    missing = words_missing(call)
    report = _from_signals(call.document.discovered_signals, missing) if missing else _of_the_whole(call, reference)
    spoken = () if call.machine or not call.document.words_kept else call.document.transcript
    stated = with_judged(contact_wishes(spoken, reference), call.annotations.judgement if spoken else None)
    return report.model_copy(update={"contact_wishes": stated})


def _of_the_whole(call: AnnotatedCall, reference: Reference) -> SalesIntelligence:
    """Return what the lines say, with the facts of the decision and BANT as the call as a whole has them."""
    found = facts_of_lines(call, reference)
    judged = judged_facts(call, found, reference)
    found = found.model_copy(update=judged.facts)
    return found.model_copy(update={"bant": bant(call, found, money=judged.money, need=judged.need)})


def facts_of_lines(call: AnnotatedCall, reference: Reference) -> SalesIntelligence:
    """Return what the lines say, each by itself, without BANT."""
    spans = call.annotations.of_type
    users = [s for s in spans(SpanType.TEAM_SIZE) if s.attributes.get("kind", "users") == "users"]
    now = [s for s in spans(SpanType.MONTHLY_VOLUME) if s.tense != "past"]
    team, volume = final(call, SpanType.TEAM_SIZE, whole, users), final(call, SpanType.MONTHLY_VOLUME, whole, now)
    decision = decision_facts(call)
    wording = Wording(call, reference)
    people, pain_points_found = findings.stakeholders(call, wording), findings.pain_points(call, reference, wording)
    requests, linked = findings.feature_requests(call, wording), findings.integrations(call, wording)
    checks = cross_checks(team, volume, people)
    return SalesIntelligence(
        no_prospect=call.no_prospect,
        team_size=doubted(team, "team_size", checks),
        monthly_volume=doubted(volume, "monthly_volume", checks),
        industry=chosen(spans(SpanType.INDUSTRY), text),
        location=chosen(spans(SpanType.LOCATION), text),
        current_tool=final(call, SpanType.CURRENT_TOOL, text),
        budget_authority=decision.authority,
        caller_role=chosen(spans(SpanType.CALLER_ROLE), text),
        decision_timeline=decision.timeline,
        urgency=decision.urgency,
        budget=chosen([s for s in spans(SpanType.BUDGET) if s.attributes.get("kind") != "refused"], amount),
        revenue=chosen(spans(SpanType.REVENUE), amount),
        headcount=chosen(spans(SpanType.HEADCOUNT), whole),
        market_presence=chosen(spans(SpanType.MARKET_PRESENCE), text),
        integrations=linked,
        competitors=findings.competitors(call, wording),
        objections=findings.objections(call, reference, wording),
        feature_requests=requests,
        features_discussed=findings.features_discussed(call),
        buying_signals=findings.buying_signals(call, wording),
        stakeholders=people,
        use_cases=_use_cases(call),
        pain_points=pain_points_found,
        qualification_tier=qualification_tier(
            team.value if team else None, volume.value if volume else None, [i.name for i in linked.needed]
        ),
        cross_checks=checks,
    )


def _use_cases(call: AnnotatedCall) -> UseCases:
    """Return as primary the use the engine settles on or marks as such, else the one named most often; the others are secondary."""
    named = findings.grouped((s for s in call.annotations.of_type(SpanType.USE_CASE) if s.holds), text)
    if settled(call, SpanType.USE_CASE):
        main = final(call, SpanType.USE_CASE, text)
        rest = tuple(Fact(value=use, confidence=findings.confidence(s), evidence=evidence_of(*s)) for use, s in named)
        return _main_use(main, rest)
    if not named:
        return UseCases()
    ranked = sorted(named, key=lambda entry: (not any(s.attributes.get("primary") for s in entry[1]), -len(entry[1])))
    facts = tuple(Fact(value=use, confidence=findings.confidence(s), evidence=evidence_of(*s)) for use, s in ranked)
    return UseCases(primary=facts[0], secondary=facts[1:], complexity="multi" if len(facts) > 1 else "single")


def _main_use(main: Fact[str] | None, named: tuple[Fact[str], ...]) -> UseCases:
    if main is None:
        return UseCases()
    others = tuple(fact for fact in named if fact.value != main.value)
    return UseCases(primary=main, secondary=others, complexity="multi" if others else "single")


def _from_signals(signals: DiscoveredSignals, reason: str) -> SalesIntelligence:
    needed = tuple(
        IntegrationFact(name=name.lower(), confidence=SIGNAL_CONFIDENCE, source="discovered_signals")
        for name in dict.fromkeys(signals.integration_needs)
    )
    use = from_signal(signals.use_case)
    return SalesIntelligence(
        status="unavailable",
        reason=reason,
        team_size=from_signal(signals.team_size),
        monthly_volume=from_signal(signals.monthly_volume),
        industry=from_signal(signals.industry),
        location=from_signal(signals.location),
        current_tool=from_signal(signals.current_tool),
        budget_authority=from_signal(listed(signals.budget_authority, AUTHORITIES)),
        decision_timeline=from_signal(listed(signals.decision_timeline, TIMELINES)),
        urgency=from_signal(listed(signals.urgency, LEVELS)),
        integrations=Integrations(needed=needed),
        use_cases=UseCases(primary=use, complexity="single" if use else None),
        qualification_tier=qualification_tier(signals.team_size, signals.monthly_volume, signals.integration_needs),
    )
