"""Read callers and calls from the published warehouse; keys are bound, never written into SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import orjson

from contract.platform.times import aware
from orchestration.destinations.salesforce.people import CallReports, Person
from orchestration.warehouse.queries import Row, SqlFolder

_QUERIES = SqlFolder(Path(__file__).parent)


def rows_of(warehouse: duckdb.DuckDBPyConnection, name: str, keys: Sequence[str]) -> list[Row]:
    """Return the rows of ``<name>.sql`` for the keys."""
    return _QUERIES.rows(warehouse, name, [list(keys)])


def read_people(warehouse: duckdb.DuckDBPyConnection, lead_keys: Sequence[str]) -> list[Person]:
    """Read callers in the order of the keys; each with up to 20 calls, the newest first."""
    calls: defaultdict[str, list[CallReports]] = defaultdict(list)
    for row in rows_of(warehouse, "calls_of_people", lead_keys):
        calls[row.pop("lead_key")].append(_call(row))
    people = {row["lead_key"]: _person(row, calls[row["lead_key"]]) for row in rows_of(warehouse, "people", lead_keys)}
    return [people[key] for key in lead_keys if key in people and people[key].calls]


def _person(row: Row, calls: Sequence[CallReports]) -> Person:
    lists: Row = {name: [str(one) for one in parsed(row[name]) or ()] for name in ("integration_needs", "pain_points")}
    facts: Row = {**row, **lists, "calls": calls}
    return Person(**facts)


def _call(row: Row) -> CallReports:
    reports = {name: parsed(row[name]) or {} for name in ("sales", "score", "objections", "competitors", "summary")}
    times: Row = {name: aware(row[name]) for name in ("start_time", "meeting_at")}
    facts: Row = {**row, **reports, **times, "meeting_booked": bool(row["meeting_booked"])}
    return CallReports(**facts)


def parsed(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)
