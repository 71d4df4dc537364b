"""Report what the call says about the deal: facts, needs, obstacles and people, each with its evidence (spec 3.1).

The transcript decides. The agent's live signals are used only for a call whose words are missing, and are marked as such.
"""

from __future__ import annotations

from typing import get_args

from analyzers.availability import words_missing
from analyzers.call import AnnotatedCall
from analyzers.contact_wishes import contact_wishes, with_judged
from analyzers.evidence import Fact, evidence_of
from analyzers.language.annotations import Span, SpanType
from analyzers.relative_dates import bucket_of, date_meant
from analyzers.sales_intelligence import findings
from analyzers.sales_intelligence.models import Bant, IntegrationFact, Integrations, SalesIntelligence, UseCases
from analyzers.sales_intelligence.qualification import bant, cross_checks, doubted, with_need
from analyzers.sales_intelligence.single_facts import (
    SIGNAL_CONFIDENCE,
    amount,
    chosen,
    final,
    from_signal,
    listed,
    one_of,
    text,
    whole,
)
from analyzers.sales_intelligence.wording import Wording
from analyzers.sales_values import Authority, Level, Timeline
from analyzers.whole_call import WholeCall, recognised, verdicts
from contract.document.session import DiscoveredSignals
from contract.document.tier import qualification_tier
from contract.reference import Reference

TIMELINES: tuple[Timeline, ...] = get_args(Timeline)
AUTHORITIES: tuple[Authority, ...] = get_args(Authority)
LEVELS: tuple[Level, ...] = get_args(Level)
_OVERRIDES_TIMELINE_FROM = 0.7
"""Confidence from which stated urgency outweighs the decision date: the rules give 0.7 to a reply to the question of when, 0.55 to
any other remark."""


def sales_intelligence(call: AnnotatedCall, reference: Reference) -> SalesIntelligence:
    """Report every finding of spec 3.1 with confidence and quotes; null where the call says nothing."""
    missing = words_missing(call)
    report = _from_signals(call.document.discovered_signals, missing) if missing else _from_words(call, reference)
    spoken = () if call.machine or not call.document.words_kept else call.document.transcript
    stated = with_judged(contact_wishes(spoken, reference), call.annotations.judgement if spoken else None)
    return report.model_copy(update={"contact_wishes": stated})


def _from_words(call: AnnotatedCall, reference: Reference) -> SalesIntelligence:
    spans = call.annotations.of_type
    users = [s for s in spans(SpanType.TEAM_SIZE) if s.attributes.get("kind", "users") == "users"]
    now = [s for s in spans(SpanType.MONTHLY_VOLUME) if s.tense != "past"]
    team, volume = final(call, SpanType.TEAM_SIZE, whole, users), final(call, SpanType.MONTHLY_VOLUME, whole, now)
    authority: Fact[Authority] | None = final(call, SpanType.BUDGET_AUTHORITY, one_of(AUTHORITIES))
    timeline: Fact[Timeline] | None = final(call, SpanType.DECISION_TIMELINE, lambda span: _timeline(span, call))
    firm = any(
        s.attributes.get("firm") for s in spans(SpanType.DECISION_TIMELINE) if timeline and _timeline(s, call) == timeline.value
    )
    wording = Wording(call, reference)
    people, pain_points_found = findings.stakeholders(call, wording), findings.pain_points(call, reference, wording)
    requests, linked = findings.feature_requests(call, wording), findings.integrations(call, wording)
    checks = cross_checks(team, volume, people)
    found = SalesIntelligence(
        no_prospect=call.no_prospect,
        team_size=doubted(team, "team_size", checks),
        monthly_volume=doubted(volume, "monthly_volume", checks),
        industry=chosen(spans(SpanType.INDUSTRY), text),
        location=chosen(spans(SpanType.LOCATION), text),
        current_tool=final(call, SpanType.CURRENT_TOOL, text),
        budget_authority=authority,
        caller_role=chosen(spans(SpanType.CALLER_ROLE), text),
        decision_timeline=timeline,
        urgency=_urgency(call, timeline, firm=firm),
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
        bant=bant(call, authority is not None, timeline, people, (pain_points_found, requests, linked)),
        qualification_tier=qualification_tier(
            team.value if team else None, volume.value if volume else None, [i.name for i in linked.needed]
        ),
        cross_checks=checks,
    )
    return found.model_copy(update={"bant": _bant_of_the_whole(call, found, reference)})


def _bant_of_the_whole(call: AnnotatedCall, found: SalesIntelligence, reference: Reference) -> Bant | None:
    """Return BANT with the fitted verdict on the need, unless the engine judged the call or hardly anything is said."""
    model = reference.table(WholeCall)
    if found.bant is None or call.no_prospect or call.annotations.judgement or not recognised(call, model):
        return found.bant
    return with_need(found.bant, verdicts(call, found, model, "need")["need"])


_PRESSING: dict[Timeline, Level] = {
    "this_week": "high",
    "this_month": "high",
    "this_quarter": "medium",
    "next_quarter": "low",
    "evaluating": "low",
}


def _urgency(call: AnnotatedCall, timeline: Fact[Timeline] | None, *, firm: bool) -> Fact[Level] | None:
    """Return the urgency the engine settles on or the caller states when asked, else how soon they decide, else any remark.

    How soon they decide counts by spec 1.4 (from tone and timeline). 'By the end of the month' only repeats the timeline; a far
    date that is firm still counts as medium.
    """
    said: Fact[Level] | None = final(call, SpanType.URGENCY, one_of(LEVELS))
    overrides = said is not None and said.value != "medium" and said.confidence >= _OVERRIDES_TIMELINE_FROM
    if timeline is None or overrides or _settled(call, SpanType.URGENCY):
        return said
    level = _PRESSING[timeline.value]
    if timeline.value == "next_quarter" and firm:
        level = "medium"
    agreed = said is not None and said.value == level
    confidence = max(timeline.confidence, said.confidence) if agreed and said else round(timeline.confidence * 0.8, 2)
    return Fact(value=level, confidence=confidence, evidence=timeline.evidence, source=timeline.source)


def _timeline(span: Span, call: AnnotatedCall) -> Timeline | None:
    """Return the bucket the words decide by themselves, else that of the date they mean on the day of the call."""
    said = listed(span.attributes.get("bucket"), TIMELINES)
    called_on = call.called_on
    meant = None if said else date_meant(text(span) or span.quote, called_on)
    return said or (bucket_of(meant, called_on) if meant else None)


def _settled(call: AnnotatedCall, kind: SpanType) -> bool:
    return call.annotations.judgement is not None and kind in call.annotations.judgement.settled


def _use_cases(call: AnnotatedCall) -> UseCases:
    """Return as primary the use the engine settles on or marks as such, else the one named most often; the others are secondary."""
    named = findings.grouped((s for s in call.annotations.of_type(SpanType.USE_CASE) if s.holds), text)
    if _settled(call, SpanType.USE_CASE):
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
