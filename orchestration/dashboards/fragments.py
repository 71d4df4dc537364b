"""Write a part's SQL: fragments that many queries share, and filters that apply only when they are set.

The SQL is the common subset of DuckDB and PostgreSQL. A clause in ``[[ ]]`` stands when the parameter in it is set, as in Metabase.
No value is ever written into SQL: all are bound.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from orchestration.dashboards.definition import WidgetPart
from orchestration.rules.measures import Measures

DIMENSIONS = {"tier": "qualification_tier", "sentiment": "sentiment", "industry": "industry", "agent_version": "agent_version"}
"""Columns of the rollups by the filter that selects them."""
BETWEEN_DAYS = "business_day >= $first_day and business_day <= $last_day"
_MATCHING = " ".join(f"[[and {{table}}{column} = ${name}]]" for name, column in DIMENSIONS.items())
_ROLLUP = "true " + _MATCHING.format(table="")

_CALLS = (
    "(select sessions.session_id, sessions.start_time, sessions.lead_key, sessions.lead_score, sessions.meeting_booked,"
    " coalesce(sessions.qualification_tier, 'unknown') as qualification_tier,"
    " coalesce(sessions.sentiment, 'unknown') as sentiment,"
    " coalesce(session_facts.industry, 'unknown') as industry,"
    " coalesce(nullif(sessions.agent_version, ''), 'unknown') as agent_version,"
    " session_facts.usd from sessions"
    " left join session_facts on sessions.session_id = session_facts.session_id) as calls"
)
FRAGMENTS = {
    "rollup": _ROLLUP,
    "days": f"{BETWEEN_DAYS} and {_ROLLUP}",
    "matching": "true " + _MATCHING.format(table="calls."),
    "calls": _CALLS,
    "named_calls": _CALLS.replace("(select ", "(select sessions.user_name, "),
}
"""``calls`` are the calls with the dimensions of the rollups; ``named_calls`` with the callers' names, for who may see them."""
_FRAGMENT = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\s*\[\[(.+?)\]\]")
_PARAMETER = re.compile(r"\$(\w+)")


def template(part: WidgetPart, measures: Measures, *, allowed: bool = True) -> str:
    """Return the SQL with its optional clauses; ``allowed`` is whether the asker has the right that the part needs."""
    sql = _of_measure(part, measures) if part.sql is None else part.sql if allowed else part.sql_without or ""
    return _FRAGMENT.sub(lambda found: FRAGMENTS[found[1]], sql).strip()


def bound(sql: str, values: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the SQL without the clauses of filters that are not set, and the parameters that it then names."""

    def kept(found: re.Match[str]) -> str:
        return f" {found[1]}" if all(name in values for name in _PARAMETER.findall(found[1])) else ""

    final = _OPTIONAL.sub(kept, sql)
    return final, {name: values[name] for name in _PARAMETER.findall(final)}


def filters_of(sql: str) -> set[str]:
    """Return the names of the filters that a template applies."""
    names = set(_PARAMETER.findall(sql))
    return (names & set(DIMENSIONS)) | ({"date"} if "first_day" in names else set())


def _of_measure(part: WidgetPart, measures: Measures) -> str:
    measure = measures.named(part.measure or "")
    value = f"cast({measure.numerator} as double precision)"
    if measure.denominator:
        value += f" / nullif({measure.denominator}, 0)"
    n = measure.denominator or "sum(calls)"
    columns, group = f"{value} as value, {n} as n", ""
    if part.by:
        columns, group = f"{part.by}, {columns}", f" group by {part.by} order by {part.by}"
    return f"select {columns} from {measure.table('daily')} where {{days}}{group}"  # noqa: S608 - names of measures.yml
