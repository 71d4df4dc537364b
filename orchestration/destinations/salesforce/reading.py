"""Read callers and calls from the published warehouse; keys are bound, never written into SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from analyzers.claims import ClaimsByEngine
from contract.platform.batching import batches
from contract.platform.times import aware
from orchestration.destinations.salesforce.people import CallReports, Person
from orchestration.warehouse.queries import Parameters, Row, SqlFolder
from orchestration.warehouse.selection import PublishedVersion, select_calls_of

SINGLES = ("team_size", "monthly_volume", "industry", "current_tool", "decision_timeline", "budget_authority", "urgency")
"""Signals of the merged lead that the CRM shows only where a call claims them; the location may be that of the device."""
_TABLES = ("sessions", "session_facts", "analysis_results", "analysis_reports", "tool_calls")
_CALLS = 20
"""Newest calls of a caller that are read: all that a person would look at."""
_AT_ONCE = 1000
"""Callers whose texts are in memory at a time: 12 KB of reports a call, so about 25 MB with two calls a caller."""
_QUERIES = SqlFolder(Path(__file__).parent)


def rows_of(version: PublishedVersion, name: str, parameters: Parameters = ()) -> Iterator[Row]:
    """Yield the rows of ``<name>.sql`` over the sessions that were selected."""
    return _QUERIES.each(version.connection, name, parameters)


def read_people(version: PublishedVersion, lead_keys: Sequence[str], claims: ClaimsByEngine) -> Iterator[Person]:
    """Yield callers in the order of the keys; each with up to 20 calls, the newest first, and of both what is claimed.

    They select the sessions anew, so take all of them before another selection.
    """
    for some in batches(lead_keys, _AT_ONCE):
        select_calls_of(version, some, _TABLES, newest=_CALLS)
        leads = {row["lead_key"]: row for row in rows_of(version, "people", [some])}
        calls: defaultdict[str, list[Row]] = defaultdict(list)
        for row in rows_of(version, "calls_of_people"):
            calls[row.pop("lead_key")].append(row)
        for key in some:
            if key in leads and key in calls:
                yield _person(leads[key], [_call(row, claims) for row in calls.pop(key)])


def _person(row: Row, calls: Sequence[CallReports]) -> Person:
    lists: Row = {name: [str(one) for one in parsed(row[name]) or ()] for name in ("integration_needs", "pain_points")}
    singles: Row = {name: _claimed(name, row[name], calls) for name in SINGLES}
    told: Row = {
        "integration_needs": _needs(lists["integration_needs"], calls),
        "pain_points": _claimed_pain_points(lists["pain_points"], calls),
    }
    facts: Row = {**row, **singles, **told, "calls": calls}
    return Person(**facts)


def _claimed_pain_points(merged: Sequence[str], calls: Sequence[CallReports]) -> list[str]:
    """Return the claimed problems of all calls as a person writes them; where no call has words, what live agents noted."""
    if all(call.sales.get("status") == "unavailable" for call in calls):
        return list(merged)
    found = [pain for call in calls for pain in call.sales.get("pain_points") or ()]
    return list(dict.fromkeys(str(pain.get("label") or pain.get("topic")) for pain in found))


def _claimed(name: str, merged: Any, calls: Sequence[CallReports]) -> Any:
    """Return the merged value of a signal where a call claims it, else the newest value that one claims."""
    known = [fact["value"] for call in calls if (fact := call.sales.get(name))]
    doubted = [call for call in calls if call.sales.get("status") != "unavailable"]
    return merged if merged in known or not doubted else next(iter(known), None)


def _needs(merged: Sequence[str], calls: Sequence[CallReports]) -> list[str]:
    claimed = {one.get("name") for call in calls for one in (call.sales.get("integrations") or {}).get("needed") or ()}
    return [name for name in merged if name in claimed]


def _call(row: Row, claims: ClaimsByEngine) -> CallReports:
    reports = {name: parsed(row[name]) or {} for name in ("sales", "score", "objections", "competitors", "summary")}
    ours = claims.of(row.pop("engine"))
    if reports["sales"]:
        reports["sales"] = ours.sales(reports["sales"], leaving=bool(reports["summary"].get("leaving")))
        reports["objections"] = ours.objections(reports["objections"], reports["sales"])
    times: Row = {name: aware(row[name]) for name in ("start_time", "meeting_at")}
    facts: Row = {**row, **reports, **times, "meeting_booked": bool(row["meeting_booked"])}
    return CallReports(**facts)


def parsed(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)
