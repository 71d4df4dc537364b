"""Extract a call's facts in the labels' terms, in the same shape from gold labels and from the nine reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from evaluation.gold import Gold, GoldSales

SINGLES = ("team_size", "monthly_volume", "budget_authority", "decision_timeline", "urgency", "current_tool", "use_case")
LISTS = ("competitors", "objections", "feature_requests", "buying_signals", "stakeholders", "action_items")
INTEGRATIONS = ("integrations", "integrations_in_use")
BANT = ("budget", "authority", "need", "timeline")
VERDICTS = ("tier", "temperature", "next_action", "overall_sentiment", "sentiment_trend", "natural_ending")
CLAIMED = (*SINGLES, *LISTS, *INTEGRATIONS, "pain_points", "switching_barriers")
"""Facts that are claimed to people where they are sure enough (``analyzers.claims``)."""
QUESTIONS = ("user_questions", "agent_questions")

Value = str | int | float | bool | None
Reports = Mapping[str, Any]


class Single(NamedTuple):
    """Hold a fact the call states once or not at all. ``confidence`` is None in gold and where nothing is claimed."""

    value: Value
    confidence: float | None = None


class Entry(NamedTuple):
    """Hold an entry of a list: ``kind`` must agree (category, owner), ``detail`` is scored separately (sentiment, strength)."""

    text: str
    kind: str = ""
    quote: str = ""
    detail: str = ""
    date: str | None = None
    confidence: float | None = None


class FactQuote(NamedTuple):
    """Hold words quoted from the transcript; gold does not give their place."""

    text: str
    item_id: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class CallFacts:
    """Hold a call's facts. ``verdicts`` are what every call has (BANT, tier, sentiment, ending …); ``counts`` are of questions."""

    session_id: str
    singles: Mapping[str, Single]
    lists: Mapping[str, tuple[Entry, ...]]
    verdicts: Mapping[str, Single]
    counts: Mapping[str, int | None]
    quotes: tuple[FactQuote, ...] = field(default=())


def facts_of_gold(gold: Gold) -> CallFacts:
    sales, outcome = gold.sales, gold.outcome
    verdicts: dict[str, Value] = {f"bant_{letter}": getattr(sales.bant, letter) for letter in BANT}
    verdicts |= {"tier": outcome.tier, "temperature": outcome.temperature, "next_action": outcome.next_action}
    verdicts |= {"overall_sentiment": gold.sentiment.overall, "sentiment_trend": gold.sentiment.trend}
    verdicts |= {"natural_ending": gold.quality.natural_ending}
    lists = _gold_lists(sales) | {
        "action_items": tuple(Entry(a.text, a.owner, detail=a.kind, date=a.deadline) for a in gold.action_items),
        "content_gaps": tuple(Entry(gap.question, quote=gap.question) for gap in gold.content_gaps),
    }
    return CallFacts(
        session_id=gold.session_id,
        singles={name: Single(getattr(sales, name)) for name in SINGLES},
        lists=lists,
        verdicts={name: Single(value) for name, value in verdicts.items()},
        counts={"user_questions": gold.quality.user_questions, "agent_questions": gold.quality.agent_questions},
        quotes=tuple(FactQuote(entry.quote) for entries in lists.values() for entry in entries if entry.quote),
    )


def _gold_lists(sales: GoldSales) -> dict[str, tuple[Entry, ...]]:
    return {
        "integrations": tuple(Entry(name) for name in sales.integrations_needed),
        "integrations_in_use": tuple(Entry(name) for name in sales.integrations_in_use),
        "competitors": tuple(Entry(c.name, detail=c.sentiment) for c in sales.competitors),
        "objections": tuple(Entry(o.category, o.category, o.quote, o.severity) for o in sales.objections),
        "feature_requests": tuple(Entry(f.feature, "", f.quote, f.priority) for f in sales.feature_requests),
        "buying_signals": tuple(Entry(s.quote, "", s.quote, s.strength) for s in sales.buying_signals),
        "stakeholders": tuple(Entry(s.role, detail=s.influence) for s in sales.stakeholders),
        "pain_points": tuple(Entry(p.topic, quote=p.quote) for p in sales.pain_points),
        "switching_barriers": tuple(Entry(b.kind, quote=b.quote) for b in sales.switching_barriers),
    }


def facts_of_reports(session_id: str, reports: Reports) -> CallFacts:
    """Extract facts from the nine reports as ``voice analyze`` prints them; what a report leaves out counts as not claimed."""
    sales, quality = reports["sales_intelligence"], reports["conversation_quality"].get("metrics") or {}
    return CallFacts(
        session_id=session_id,
        singles={name: _single(sales.get(name)) for name in SINGLES[:-1]} | {"use_case": _single(sales["use_cases"]["primary"])},
        lists=_lists(sales)
        | {
            "action_items": tuple(map(_action, reports["action_items"].get("items") or ())),
            "switching_barriers": tuple(
                _entry(f, "kind") for f in reports["objections_competitors"].get("switching_barriers") or ()
            ),
            "content_gaps": tuple(map(_gap, reports["content_gaps"].get("unanswered_questions") or ())),
        },
        verdicts=_verdicts(reports),
        counts={name: (quality.get(name) or {}).get("value") for name in QUESTIONS},
        quotes=tuple(_quotes(reports)),
    )


def _lists(sales: Mapping[str, Any]) -> dict[str, tuple[Entry, ...]]:
    systems = sales.get("integrations") or {}
    return {
        "integrations": tuple(_entry(f, "name") for f in systems.get("needed") or ()),
        "integrations_in_use": tuple(_entry(f, "name") for f in systems.get("in_use") or ()),
        "competitors": tuple(_entry(f, "name", detail="sentiment") for f in sales.get("competitors") or ()),
        "objections": tuple(_entry(f, "category", "category", "severity") for f in sales.get("objections") or ()),
        "feature_requests": tuple(_entry(f, "feature", detail="priority") for f in sales.get("feature_requests") or ()),
        "buying_signals": tuple(_entry(f, "signal", detail="strength") for f in sales.get("buying_signals") or ()),
        "stakeholders": tuple(_entry(f, "role", detail="influence") for f in sales.get("stakeholders") or ()),
        "pain_points": tuple(_entry(f, "topic") for f in sales.get("pain_points") or ()),
    }


def _verdicts(reports: Reports) -> dict[str, Single]:
    sales, outcome = reports["sales_intelligence"], reports["executive_summary"].get("outcome") or {}
    bant, mood = sales.get("bant") or {}, reports["sentiment"]
    ending = (reports["conversation_quality"].get("metrics") or {}).get("natural_ending") or {}
    return {f"bant_{letter}": Single(bant.get(letter)) for letter in BANT} | {
        "tier": Single(sales.get("qualification_tier")),
        "temperature": Single(reports["lead_score"].get("temperature")),
        "next_action": Single(outcome.get("next_action")),
        "overall_sentiment": Single((mood.get("overall") or {}).get("label"), (mood.get("overall") or {}).get("confidence")),
        "sentiment_trend": Single(mood.get("trend")),
        "natural_ending": Single(ending.get("value")),
    }


def _single(fact: Mapping[str, Any] | None) -> Single:
    return Single(fact["value"], fact["confidence"]) if fact else Single(None)


def _entry(finding: Mapping[str, Any], text: str, kind: str | None = None, detail: str | None = None) -> Entry:
    return Entry(
        text=str(finding[text]),
        kind=str(finding[kind]) if kind else "",
        quote=_words(finding),
        detail=str(finding[detail]) if detail else "",
        confidence=finding["confidence"],
    )


def _action(item: Mapping[str, Any]) -> Entry:
    return Entry(item["text"], item["owner"], _words(item), item["kind"], item["deadline"], item["confidence"])


def _gap(question: Mapping[str, Any]) -> Entry:
    return Entry(question["question"], quote=question["question"], confidence=question["confidence"])


def _words(finding: Mapping[str, Any]) -> str:
    return " ".join(evidence["quote"] for evidence in finding.get("evidence") or ())


def _quotes(value: Any) -> Iterator[FactQuote]:
    """Yield every piece of evidence anywhere in the reports."""
    if isinstance(value, Mapping):
        if "quote" in value and "item_id" in value:
            yield FactQuote(value["quote"], value["item_id"], value["start"], value["end"])
            return
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _quotes(part)
