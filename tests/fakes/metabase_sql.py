"""What Metabase makes of a native question's SQL and the values of its filters.

Optional clauses: www.metabase.com/docs/latest/questions/native-editor/optional-variables. Texts:
www.metabase.com/docs/latest/questions/native-editor/basic-sql-parameters. Field filters:
www.metabase.com/docs/latest/questions/native-editor/field-filters; what a date range becomes is in the representation format's
specification, Template Tags, dimension.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

_OPTIONAL = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)
_TAG = re.compile(r"\{\{(\w+)\}\}")


class WrongQuestion(ValueError):
    """Metabase could not run it."""


def compiled(
    sql: str, tags: Mapping[str, Mapping[str, Any]], values: Mapping[str, str], column_of: Callable[[Any], tuple[str, str, str]]
) -> str:
    """Return the SQL that is run. ``column_of`` gives schema, table and column of a field filter's dimension."""

    def optional(found: re.Match[str]) -> str:
        return found[1] if all(name in values for name in _TAG.findall(found[1])) else ""

    def value(found: re.Match[str]) -> str:
        tag = tags.get(found[1])
        if tag is None:
            raise WrongQuestion(f"there is no template tag {found[1]}")
        if tag["type"] == "dimension":
            return _field_filter(column_of(tag["dimension"]), values.get(found[1]), sql)
        if found[1] not in values:
            raise WrongQuestion(f"a value is missing for {found[1]}")
        return "'" + values[found[1]].replace("'", "''") + "'"

    return _TAG.sub(value, _OPTIONAL.sub(optional, sql))


def _field_filter(column: tuple[str, str, str], value: str | None, sql: str) -> str:
    """Write the mapped column itself: without an alias of its table, it must be of a table of the query."""
    schema, table, name = column
    if re.search(rf"\bfrom\s+{table}\s+(as|where|[a-z_]+\s+on)\b", sql) is None or re.search(rf"\bfrom\s+{table}\s+as\b", sql):
        raise WrongQuestion(f"{table} is not in the query under its own name")
    if value is None:
        return "1 = 1"
    first, last = (date.fromisoformat(day) for day in value.split("~"))
    qualified = f'"{schema}"."{table}"."{name}"'
    return f"{qualified} >= date '{first}' and {qualified} < date '{last + timedelta(days=1)}'"
