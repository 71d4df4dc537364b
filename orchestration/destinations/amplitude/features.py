"""List the features a call discusses, once each, with context and interest level (spec 5.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from orchestration.destinations.amplitude.events import DiscussedFeature

Report = Mapping[str, Any]


def features_of(sales: Report, actions: Sequence[Report], spoken_at: Mapping[str, datetime]) -> list[DiscussedFeature]:
    """Return the features; ``spoken_at`` has the start of each utterance. A feature's time is that of its first evidence."""
    found: dict[str, DiscussedFeature] = {}
    for entry in sales.get("features_discussed") or ():
        name = str(entry["feature"])
        found.setdefault(
            name, DiscussedFeature(name, _interest(name, sales, actions), _context(name, sales, actions), _at(entry, spoken_at))
        )
    return [found[name] for name in sorted(found)]


def _context(name: str, sales: Report, actions: Sequence[Report]) -> str:
    objections = sales.get("objections") or ()
    if any(one.get("category") == "features" and _names(one, name) for one in objections):
        return "objection"
    return "demo_request" if _demo_asked(name, actions) else "question"


def _interest(name: str, sales: Report, actions: Sequence[Report]) -> str:
    requests = [wish for wish in sales.get("feature_requests") or () if str(wish.get("feature")) == name]
    if any(wish.get("priority") == "must_have" for wish in requests) or _demo_asked(name, actions):
        return "high"
    return "medium" if requests else "low"


def _demo_asked(name: str, actions: Sequence[Report]) -> bool:
    return any(one.get("kind") == "demo_request" and name in (one.get("features") or ()) for one in actions)


def _names(objection: Report, name: str) -> bool:
    quotes = [str(one.get("quote") or "") for one in objection.get("evidence") or ()]
    return any(name in text.lower() for text in (str(objection.get("topic") or ""), *quotes))


def _at(entry: Report, spoken_at: Mapping[str, datetime]) -> datetime | None:
    times = [spoken_at[item] for one in entry.get("evidence") or () if (item := str(one.get("item_id"))) in spoken_at]
    return min(times, default=None)
