"""Sales facts for the reports that rest on them, and the other reports of the same call."""

from __future__ import annotations

from typing import Any

from analyzers.call import AnnotatedCall
from analyzers.evidence import Evidence, Fact
from analyzers.sales_intelligence.models import (
    Bant,
    BuyingSignalFact,
    IntegrationFact,
    Integrations,
    ObjectionFact,
    PainPointFact,
    SalesIntelligence,
    UseCases,
)
from contract.document.tier import qualification_tier
from tests.analyzers.recorded_calls import Turn, agent, recorded_call, user

BOOKED = {"tool": "book_sales_meeting", "success": True, "meeting_time": "2026-11-24T14:00:00-08:00"}


def quote(text: str, item: int = 1) -> tuple[Evidence, ...]:
    return (Evidence(item_id=f"item_{item:03}", start=0, end=len(text), quote=text),)


def fact(value: str | float, said: str = "as said") -> Fact[Any]:
    return Fact(value=value, confidence=0.97, evidence=quote(said))


def objection(category: str, severity: str = "concern", resolved: bool = False, said: str = "hmm", **more: Any) -> ObjectionFact:
    fields = {"topic": category, "category": category, "severity": severity, "resolved": resolved, "expression": "explicit"}
    return ObjectionFact.model_validate(fields | {"confidence": 0.8, "evidence": quote(said)} | more)


def signal(strength: str) -> BuyingSignalFact:
    return BuyingSignalFact.model_validate(
        {"kind": "explicit", "strength": strength, "signal": "ready", "confidence": 0.9, "evidence": quote("let's do it")}
    )


def pain(topic: str, said: str = "it takes days", **more: Any) -> PainPointFact:
    return PainPointFact(topic=topic, confidence=0.8, evidence=quote(said), **more)


def needed(*names: str) -> Integrations:
    return Integrations(needed=tuple(IntegrationFact(name=n, confidence=0.9, evidence=quote(n)) for n in names))


def facts(need: bool = True, **found: Any) -> SalesIntelligence:
    team, links = found.get("team_size"), found.get("integrations", Integrations())
    tier = qualification_tier(team.value if team else None, None, [i.name for i in links.needed])
    letters = Bant(budget=False, authority=False, need=need, timeline=False, qualified=False)
    return SalesIntelligence.model_validate({"bant": letters, "qualification_tier": tier} | found)


def strong_lead(**more: Any) -> SalesIntelligence:
    """Ten people, Salesforce, this week, and the caller decides."""
    known: dict[str, Any] = {
        "team_size": fact(10),
        "monthly_volume": fact(80),
        "decision_timeline": fact("this_week"),
        "budget_authority": fact("decision_maker"),
        "integrations": needed("salesforce"),
        "buying_signals": (signal("strong"),),
        "pain_points": (pain("slow turnaround"),),
        "use_cases": UseCases(primary=fact("proposals"), complexity="single"),
    }
    return facts(**known | more)


def interested_lead(**more: Any) -> SalesIntelligence:
    """Three people with proposals to send and some interest, nothing decided."""
    known: dict[str, Any] = {
        "team_size": fact(3),
        "urgency": fact("medium"),
        "buying_signals": (signal("medium"),),
        "pain_points": (pain("slow turnaround"),),
        "use_cases": UseCases(primary=fact("proposals"), complexity="single"),
    }
    return facts(**known | more)


def conversation(pairs: int = 10, score: float = 0.4, words: int = 14) -> tuple[Turn, ...]:
    talk = " ".join(["word"] * words)
    return tuple(turn for _ in range(pairs) for turn in (agent("How may I help?"), user(talk, score=score)))


def engaged_call(**fields: Any) -> AnnotatedCall:
    known: dict[str, Any] = {"duration_seconds": 300}
    return recorded_call(conversation(), **known | fields)
