"""Write a part's SQL as a native question of Metabase, which binds no values: filters are its variables, moments are expressions.

An optional clause stays as it is, since Metabase has the same (``[[and sentiment = {{sentiment}}]]``). The date range becomes one
field filter: Metabase writes the column of the mapped field into it, so its table stands in the query without an alias.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.dashboards.definition import WidgetPart
from orchestration.dashboards.fragments import BETWEEN_DAYS, DIMENSIONS, template
from orchestration.metabase.roles import MetabaseRole
from orchestration.postgres.rights import MENTIONS, masked
from orchestration.rules.measures import Measures

DATE = "date"
NOW = "now()"
_PARAMETER = re.compile(r"\$(\w+)")
_MENTIONS = re.compile(rf"\b({'|'.join(MENTIONS)})\b")
_FROM = re.compile(r"\bfrom\s+(\w+)")


@dataclass(frozen=True)
class NativeSql:
    """``variables`` are the filters that are named in it; ``dated`` is the table whose ``business_day`` the date filters."""

    text: str
    variables: tuple[str, ...]
    dated: str | None


def native_sql(part: WidgetPart, measures: Measures, role: MetabaseRole, moments: Mapping[str, str]) -> NativeSql:
    """Return the SQL of a part for a role; ``KeyError`` for a parameter that is neither a filter nor in ``moments``."""
    allowed = part.needs is None or part.needs in role.rights
    sql = template(part, measures, allowed=allowed)
    if role.masked:
        sql = _MENTIONS.sub(lambda found: masked(found[1]), sql)
    before, between, after = sql.partition(BETWEEN_DAYS)
    dated = _FROM.findall(before)[-1] if between else None
    sql = f"{before}true [[and {{{{{DATE}}}}}]]{after}" if between else sql
    sql = _PARAMETER.sub(lambda found: f"{{{{{found[1]}}}}}" if found[1] in DIMENSIONS else moments[found[1]], sql)
    return NativeSql(sql, tuple(name for name in DIMENSIONS if f"{{{{{name}}}}}" in sql), dated)


def moment_expressions(zone: str, hot_above: float, now: str = NOW) -> dict[str, str]:
    """Return the moments of ``span_bounds`` as SQL of both databases, and the lead score above which a lead is hot.

    The warehouse keeps naive UTC; days are those of ``zone``, an IANA name. In the one hour a year that the clocks repeat,
    'the same time yesterday' is the later of both.
    """
    minute = f"date_trunc('minute', {now} at time zone 'UTC')"
    local = f"{now} at time zone '{zone}'"
    today = f"cast({local} as date)"

    def moment(unit: str, days_ago: int = 0) -> str:
        back = f" - interval '{days_ago} days'" if days_ago else ""
        return f"(((date_trunc('{unit}', {local}){back}) at time zone '{zone}') at time zone 'UTC')"

    return {
        "now": minute,
        "ten_minutes_ago": f"({minute} - interval '10 minutes')",
        "hour_ago": f"({minute} - interval '1 hour')",
        "day_ago": f"(date_trunc('hour', {now} at time zone 'UTC') - interval '23 hours')",
        "today": today,
        "today_start": moment("day"),
        "yesterday_start": moment("day", 1),
        "yesterday_now": moment("minute", 1),
        "week_ago_start": moment("day", 7),
        "week_ago_now": moment("minute", 7),
        "week_first": f"({today} - 6)",
        "thirty_first": f"({today} - 29)",
        "thirty_start": moment("day", 29),
        "month_first": f"cast(date_trunc('month', {local}) as date)",
        "quarter_first": f"cast(date_trunc('quarter', {local}) as date)",
        "hot_above": f"{hot_above:g}",
    }
