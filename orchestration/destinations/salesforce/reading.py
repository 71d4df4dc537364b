"""Read callers and calls from the published warehouse; keys are bound, never written into SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import orjson

from analyzers.claims import ClaimsByEngine
from contract.platform.times import aware
from orchestration.destinations.salesforce.people import CallReports, Person
from orchestration.warehouse.queries import Row, SqlFolder

SINGLES = ("team_size", "monthly_volume", "industry", "current_tool", "decision_timeline", "budget_authority", "urgency")
"""Signals of the merged lead that the CRM shows only where a call claims them; the location may be that of the device."""
_QUERIES = SqlFolder(Path(__file__).parent)


def rows_of(warehouse: duckdb.DuckDBPyConnection, name: str, keys: Sequence[str]) -> list[Row]:
    """Return the rows of ``<name>.sql`` for the keys."""
    return _QUERIES.rows(warehouse, name, [list(keys)])


def read_people(warehouse: duckdb.DuckDBPyConnection, lead_keys: Sequence[str], claims: ClaimsByEngine) -> list[Person]:
    """Read callers in the order of the keys; each with up to 20 calls, the newest first, and of both what is claimed."""
    calls: defaultdict[str, list[CallReports]] = defaultdict(list)
    for row in rows_of(warehouse, "calls_of_people", lead_keys):
        calls[row.pop("lead_key")].append(_call(row, claims))
    people = {row["lead_key"]: _person(row, calls[row["lead_key"]]) for row in rows_of(warehouse, "people", lead_keys)}
    return [people[key] for key in lead_keys if key in people and people[key].calls]


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
