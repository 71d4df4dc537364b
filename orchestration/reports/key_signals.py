"""Why a call is an opportunity, in a few words: team, volume, needs, timeline and tool, as far as the call says (spec 7.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.reports.display_names import DisplayNames

TIMELINES = {
    "this_week": "decides this week",
    "this_month": "decides this month",
    "this_quarter": "decides this quarter",
    "next_quarter": "decides next quarter",
    "evaluating": "still evaluating",
}


def key_signals(report: Mapping[str, Any], names: DisplayNames) -> tuple[str, ...]:
    """From the call's ``sales_intelligence``; what the call does not say is left out."""
    return tuple(_signals(report, names))


def _signals(report: Mapping[str, Any], names: DisplayNames) -> Iterator[str]:
    if team := _value(report, "team_size"):
        yield f"{_count(team)} user" + ("" if team == 1 else "s")
    if volume := _value(report, "monthly_volume"):
        yield f"{_count(volume)} documents a month"
    needed = [names.integration(str(need["name"])) for need in (report.get("integrations") or {}).get("needed") or []]
    if needed:
        yield f"{' and '.join(dict.fromkeys(needed))} need"
    if timeline := TIMELINES.get(str(_value(report, "decision_timeline"))):
        yield timeline
    elif _value(report, "urgency") == "high":
        yield "urgent"
    yield from _tool(report)


def _tool(report: Mapping[str, Any]) -> Iterator[str]:
    """A current competitor the caller complains about makes a switcher; else the tool in use is named."""
    current = [c for c in report.get("competitors") or [] if c.get("context") == "current"]
    unhappy = next((c["name"] for c in current if c.get("sentiment") == "negative"), None)
    tool = _value(report, "current_tool")
    if unhappy:
        yield f"{unhappy} switcher"
    elif tool:
        yield "works by hand" if tool == "manual" else f"uses {tool}"


def _value(report: Mapping[str, Any], name: str) -> Any:
    fact = report.get(name)
    return fact.get("value") if isinstance(fact, Mapping) else None


def _count(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
