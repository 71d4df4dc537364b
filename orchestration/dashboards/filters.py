"""The global filters (spec 6.7) as values: a span of business days, and what calls must match; an address holds them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

RANGES = {"today": "Today", "yesterday": "Yesterday", "7": "Last 7 days", "30": "Last 30 days", "custom": "Custom"}
DEFAULT_DAYS = 7  # days of the default range, today included: a week has each weekday once
TIERS = ("Tier 1", "Tier 2")
FILTER_LABELS = {
    "tier": "Qualification tier",
    "sentiment": "Sentiment",
    "industry": "Industry",
    "agent_version": "Agent version",
}
SENTIMENTS = ("positive", "neutral", "negative")
LONGEST_VALUE = 200  # characters of an industry or version in an address: the longest the platform keeps
LONGEST_SPAN = 3660  # days, ten years: more is a slip of the keyboard


class WrongFilter(ValueError):
    """A filter that cannot be read: ``name`` is its name, ``remedy`` what it must be. The value is never repeated."""

    def __init__(self, name: str, remedy: str) -> None:
        super().__init__(f"The filter {name} cannot be used. {remedy}")
        self.name = name
        self.remedy = remedy


@dataclass(frozen=True)
class Filters:
    """Both days are included. None is: all."""

    first_day: date
    last_day: date
    tier: str | None = None
    sentiment: str | None = None
    industry: str | None = None
    agent_version: str | None = None

    def values(self) -> dict[str, Any]:
        """Parameters of queries: those that are set."""
        dimensions = {name: value for name, value in self.dimensions() if value is not None}
        return {"first_day": self.first_day, "last_day": self.last_day, **dimensions}

    def dimensions(self) -> Iterator[tuple[str, str | None]]:
        yield "tier", self.tier
        yield "sentiment", self.sentiment
        yield "industry", self.industry
        yield "agent_version", self.agent_version

    def range_name(self, today: date) -> str:
        """Return which of ``RANGES`` the days are."""
        return next((name for name, days in _ranges(today).items() if days == (self.first_day, self.last_day)), "custom")

    def query(self, **changed: Any) -> str:
        """Return the filters as the query of an address, with some of them changed."""
        filters = replace(self, **changed)
        pairs = [("from", filters.first_day.isoformat()), ("to", filters.last_day.isoformat())]
        return urlencode(pairs + [(name, value) for name, value in filters.dimensions() if value is not None])


def read_filters(query: Mapping[str, str], today: date) -> Filters:
    """Read ``range``, ``from``, ``to`` and the dimensions; ``WrongFilter`` names the first that cannot be used. Empty is: all.

    ``range`` other than custom wins over ``from`` and ``to``, as the form of a page sends all three.
    """
    named = query.get("range", "")
    if named and named not in RANGES:
        raise WrongFilter("range", f"Use one of {', '.join(RANGES)}.")
    first, last = _ranges(today)[named] if named in _ranges(today) else _custom(query, today)
    return Filters(
        first,
        last,
        _one_of("tier", query, TIERS),
        _one_of("sentiment", query, SENTIMENTS),
        _text("industry", query),
        _text("agent_version", query),
    )


def _ranges(today: date) -> dict[str, tuple[date, date]]:
    yesterday = today - timedelta(days=1)
    return {
        "today": (today, today),
        "yesterday": (yesterday, yesterday),
        "7": (today - timedelta(days=6), today),
        "30": (today - timedelta(days=29), today),
    }


def _custom(query: Mapping[str, str], today: date) -> tuple[date, date]:
    last = _day("to", query) or today
    first = _day("from", query) or min(last, today) - timedelta(days=DEFAULT_DAYS - 1)
    if first > last:
        raise WrongFilter("from", "It must not be after 'to'.")
    if (last - first).days > LONGEST_SPAN:
        raise WrongFilter("from", "Choose at most ten years.")
    return first, last


def _day(name: str, query: Mapping[str, str]) -> date | None:
    text = query.get(name, "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise WrongFilter(name, "Write the day as YYYY-MM-DD.") from None
    if day is not None and not 2000 <= day.year < 2200:  # years: outside of these a day is a slip
        raise WrongFilter(name, "Write a day of this century.")
    return day


def _one_of(name: str, query: Mapping[str, str], known: tuple[str, ...]) -> str | None:
    text = query.get(name, "")
    if text and text not in known:
        raise WrongFilter(name, f"Use one of {', '.join(known)}, or leave it out.")
    return text or None


def _text(name: str, query: Mapping[str, str]) -> str | None:
    text = query.get(name, "")
    if len(text) > LONGEST_VALUE or "\0" in text:
        raise WrongFilter(name, f"Use at most {LONGEST_VALUE} characters.")
    return text or None
