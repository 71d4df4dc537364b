"""Facts of one call, read from its document and reports as the specification defines them (spec 1, 3, 6, 8.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
UNKNOWN = "unknown"
SEARCH, BOOKING = "unleash_search_knowledge", "book_sales_meeting"
_TIMELINES = ("this_week", "this_month", "this_quarter", "next_quarter", "evaluating")


@dataclass(frozen=True)
class Reply:
    """One measured reply; ``latency`` is the measured one, else the sum of its three parts where all are known (spec 1.3)."""

    at: datetime
    latency: int | None
    tokens: int | None


@dataclass(frozen=True)
class Search:
    query: str
    category: str
    results: int
    words_kept: bool


@dataclass(frozen=True)
class CallFacts:
    document: Mapping[str, Any]
    reports: Mapping[str, Any]
    lead_key: str | None

    @property
    def session_id(self) -> str:
        return self.document["session_id"]

    @cached_property
    def start(self) -> datetime:
        return moment(self.document["start_time"])

    @property
    def day(self) -> date:
        """The business day."""
        return self.start.astimezone(ZONE).date()

    @property
    def tier(self) -> str:
        return self._sales["qualification_tier"] or UNKNOWN

    @property
    def qualified(self) -> bool:
        return self.tier == "Tier 1"

    @property
    def sentiment(self) -> str:
        return self.reports["sentiment"]["overall"]["label"] or UNKNOWN

    @property
    def industry(self) -> str:
        return value_of(self._sales["industry"]) or UNKNOWN

    @property
    def agent_version(self) -> str:
        return self.document["agent_version"] or UNKNOWN

    @property
    def score(self) -> int | None:
        return self.reports["lead_score"]["total"]

    @property
    def engagement(self) -> float | None:
        overall = self.reports["conversation_quality"]["overall"]
        return None if overall is None else round(overall, 1)

    @property
    def satisfaction(self) -> float | None:
        return value_of(self._quality["user_satisfaction"])

    @property
    def natural_ending(self) -> bool | None:
        return value_of(self._quality["natural_ending"])

    @property
    def failed(self) -> bool:
        return self.document["disconnect_reason"] == "error" or not self.document["complete"]

    @property
    def booked(self) -> bool:
        return any(each["tool"] == BOOKING and each["success"] for each in self.document["tool_calls"])

    @property
    def turns(self) -> int:
        return len(self.document["transcript"])

    @property
    def interruptions(self) -> int:
        return len(self.document["interruptions"])

    @property
    def minutes(self) -> float:
        return self.document["duration_seconds"] / 60

    @property
    def connection(self) -> str | None:
        loss, jitter = self.document["connection"]["packet_loss"], self.document["connection"]["jitter"]
        if loss is None or jitter is None:
            return None
        limits = (("Excellent", 0.5, 15), ("Good", 1, 30), ("Fair", 3, 50))
        return next((name for name, most, longest in limits if loss < most and jitter < longest), "Poor")

    @cached_property
    def replies(self) -> tuple[Reply, ...]:
        return tuple(_reply(each) for each in self.document["metrics"])

    @property
    def costs(self) -> list[tuple[str, float | None]]:
        """Provider and dollars of each component."""
        return [(line["provider"] or UNKNOWN, line["usd"]) for line in self.reports["performance"]["cost"]["lines"]]

    @property
    def usd(self) -> float | None:
        """What is known of its cost; None when nothing is."""
        return total(usd for _, usd in self.costs)

    @property
    def searches(self) -> list[Search]:
        """Searches that were answered; an outage is none (contract/mappings: failed search)."""
        kept = self.document["consent"]["obtained"] is not False
        return [
            Search(counted(each["query"]), each["category"] or "none", each["total_results"], kept)
            for each in self.document["tool_calls"]
            if each["tool"] == SEARCH and each["total_results"] is not None
        ]

    @property
    def tools(self) -> list[str]:
        return [each["tool"] for each in self.document["tool_calls"]]

    @property
    def needs(self) -> list[str]:
        return [counted(each["name"]) for each in self._sales["integrations"]["needed"]]

    @property
    def competitors(self) -> list[tuple[str, str]]:
        """Name, and sentiment towards it."""
        return [(counted(each["name"]), each["sentiment"]) for each in self._sales["competitors"]]

    @property
    def objections(self) -> list[tuple[str, str, bool]]:
        """Topic, category, whether it was resolved."""
        listed = self.reports["objections_competitors"]["objections"]
        return [(counted(each["topic"]), each["category"], each["resolved"]) for each in listed]

    def signal(self, name: str) -> Any:
        """A signal as the report says it, else as the live agent noted it; of a call without a prospect the report alone counts."""
        said = value_of(self._sales[name])
        if said is not None or value_of(self._sales.get("no_prospect")) is not None:
            return said
        noted = self.document["discovered_signals"][name]
        if name == "decision_timeline":
            spelt = re.sub(r"[\s-]+", "_", (noted or "").strip().lower())
            return spelt if spelt in _TIMELINES else None
        return noted or None

    @property
    def email(self) -> str | None:
        address = (self.document["user_email"] or "").strip().lower()
        return address if "@" in address else None

    @property
    def name(self) -> str | None:
        return (self.document["user_name"] or "").strip() or None

    @property
    def _sales(self) -> Mapping[str, Any]:
        return self.reports["sales_intelligence"]

    @property
    def _quality(self) -> Mapping[str, Any]:
        return self.reports["conversation_quality"]["metrics"]


def value_of(fact: Mapping[str, Any] | None) -> Any:
    return fact["value"] if fact else None


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def counted(text: str) -> str:
    """A name as it is counted: lower case, one space between words."""
    return " ".join(text.lower().split()) or UNKNOWN


def total(values: Iterable[float | None]) -> float | None:
    """Sum what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def winners(told: Iterable[Mapping[str, Any]]) -> list[CallFacts]:
    """The highest revision of each session; test calls count nowhere (contract/session)."""
    newest: dict[str, Mapping[str, Any]] = {}
    for call in told:
        known = newest.get(call["document"]["session_id"])
        if known is None or call["document"]["revision"] > known["document"]["revision"]:
            newest[call["document"]["session_id"]] = call
    facts = [CallFacts(call["document"], call["reports"], call["lead_key"]) for call in newest.values()]
    return [call for call in facts if not call.document["test_call"]]


def _reply(measured: Mapping[str, Any]) -> Reply:
    parts = [measured[name] for name in ("eou_delay", "llm_ttft", "tts_ttfb")]
    latency = measured["total_latency"]
    if latency is None and None not in parts:
        latency = sum(parts)
    tokens = measured["total_tokens"]
    if tokens is None and None not in (measured["prompt_tokens"], measured["completion_tokens"]):
        tokens = measured["prompt_tokens"] + measured["completion_tokens"]
    return Reply(moment(measured["timestamp"]), latency, tokens)
