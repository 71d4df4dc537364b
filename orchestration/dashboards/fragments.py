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
_ASKED = """(
    select session_id, {text} as text, 'search' as way, timestamp as asked_at, total_results > 0 as answered,
        total_results as results, 1 as times
    from tool_calls
    where tool = 'unleash_search_knowledge' and total_results is not null and query is not null
    union all
    select session_id, {question} as text, 'question' as way, null as asked_at, answered, null as results, times
    from session_questions
    where question is not null
) as asked"""
_NORMALISED = "lower(trim(regexp_replace({}, '\\s+', ' ', 'g')))"
_SIGNALS = {
    "team_size": "Team",
    "monthly_volume": "Volume",
    "industry": "Industry",
    "integration_needs": "Needs",
    "decision_timeline": "Decision",
    "budget_authority": "Authority",
    "urgency": "Urgency",
}
"""Signals of closed lists and numbers, with how they are called on pages."""
_WORDED_SIGNALS = {"use_case": "Use", "current_tool": "Uses today", "location": "Location", "pain_points": "Pains"}
"""Signals in a caller's words, or that say who it is."""


def _signals(labels: Mapping[str, str]) -> str:
    """Return rows of a call's signals; the values of lists are JSON."""
    each = ", ".join(_signal(place, name, label) for place, (name, label) in enumerate(labels.items()))
    return f"(select session_id, start_time, lead_key, unnest([{each}], recursive := true) from session_signals) as signals"  # noqa: S608 - names


def _signal(place: int, name: str, label: str) -> str:
    is_list = name in ("integration_needs", "pain_points")
    value = f"cast({f'to_json({name})' if is_list else name} as varchar)"
    confidence = "null" if is_list else f"{name}_confidence"
    fields = {"place": place, "signal": f"'{name}'", "label": f"'{label}'", "value": value, "source": f"{name}_source"}
    return "{" + ", ".join(f"'{key}': {each}" for key, each in {**fields, "confidence": confidence}.items()) + "}"


FRAGMENTS = {
    "rollup": _ROLLUP,
    "days": f"{BETWEEN_DAYS} and {_ROLLUP}",
    "matching": "true " + _MATCHING.format(table="calls."),
    "calls": _CALLS,
    "named_calls": _CALLS.replace("(select ", "(select sessions.user_name, "),
    "signals": _signals(_SIGNALS),
    "all_signals": _signals({**_SIGNALS, **_WORDED_SIGNALS}),
    "in_days": "calls.start_time >= $first_start and calls.start_time < $last_end",
    "asked": _ASKED.format(text=_NORMALISED.format("query"), question=_NORMALISED.format("question")),
}
"""``calls`` are the calls with the dimensions of the rollups; ``named_calls`` with the callers' names, for who may see them.
``asked`` are the searches that were answered at all, and the questions that a call left open or repeated: words of callers;
``signals`` are those of every call, ``all_signals`` with those in a caller's words."""
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
    used = {name: values[name] for name in _PARAMETER.findall(final)}
    return final, {name: list(value) if isinstance(value, tuple) else value for name, value in used.items()}


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
    columns, group = f"{value} as value, coalesce({n}, 0) as n", ""
    if part.by:
        columns, group = f"{part.by}, {columns}", f" group by {part.by} order by {part.by}"
    return f"select {columns} from {measure.table('daily')} where {{days}}{group}"  # noqa: S608 - names of measures.yml
