"""Queries of widgets: SQL of both databases, bound values, filters as declared, words only for those allowed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlglot
from sqlglot import exp

from contract.reference import Reference
from orchestration.dashboards.definition import Widget, WidgetPart, panels
from orchestration.dashboards.filters import Filters
from orchestration.dashboards.fragments import bound, filters_of, template
from orchestration.dashboards.span_bounds import span_bounds
from orchestration.rules.measures import Measures

NEW_YORK = ZoneInfo("America/New_York")
ALL = Filters(date(2026, 11, 1), date(2026, 11, 7), "Tier 1", "positive", "legal'; drop table sessions; --", "2026.11.1")
NONE = Filters(date(2026, 11, 1), date(2026, 11, 7))
MOMENTS = {**span_bounds(datetime(2026, 11, 26, 12, tzinfo=UTC), NEW_YORK), "hot_above": 80}
PARTS = [
    pytest.param(widget, part, allowed, id=f"{widget.id}-{part.show}{'' if allowed else '-without'}")
    for panel in panels().values()
    for widget in panel.widgets
    for part in widget.parts
    for allowed in ((True, False) if part.needs else (True,))
]


def sql_of(part: WidgetPart, filters: Filters, *, allowed: bool = True) -> tuple[str, dict[str, Any]]:
    return bound(template(part, Reference().table(Measures), allowed=allowed), {**filters.values(), **MOMENTS})


@pytest.mark.parametrize(("widget", "part", "allowed"), PARTS)
@pytest.mark.parametrize("filters", [ALL, NONE], ids=["filtered", "unfiltered"])
def test_both_databases_read_it_and_integers_are_not_divided(widget: Widget, part: WidgetPart, allowed: bool, filters: Filters):
    sql = re.sub(r"\$\w+", "null", sql_of(part, filters, allowed=allowed)[0])
    trees = [sqlglot.parse_one(sql, read=dialect) for dialect in ("duckdb", "postgres")]
    for tree in trees:
        assert isinstance(tree, exp.Query)
        assert {function.name.lower() for function in tree.find_all(exp.Anonymous)} == set(), "functions that both know"
        for quotient in tree.find_all(exp.Div):
            assert isinstance(quotient.left, exp.Cast) or re.search(r"/ (60\.0|100)", quotient.sql()), quotient.sql()


@pytest.mark.parametrize(("widget", "part", "allowed"), PARTS)
def test_values_of_filters_are_bound_and_never_written(widget: Widget, part: WidgetPart, allowed: bool):
    sql, parameters = sql_of(part, ALL, allowed=allowed)
    assert "drop table" not in sql
    assert set(parameters) == set(re.findall(r"\$(\w+)", sql))
    assert "[[" not in sql
    unfiltered, fewer = sql_of(part, NONE, allowed=allowed)
    assert "$industry" not in unfiltered
    assert set(fewer) <= set(parameters)


@pytest.mark.parametrize(
    "widget", [widget for panel in panels().values() for widget in panel.widgets], ids=lambda widget: widget.id
)
def test_a_widget_applies_the_filters_that_it_declares(widget: Widget):
    used = [filters_of(template(part, Reference().table(Measures))) for part in widget.parts]
    assert set().union(*used) == set(widget.filters)


@pytest.mark.parametrize(("widget", "part", "allowed"), [each for each in PARTS if not (each.values[2] and each.values[1].needs)])
def test_without_a_right_no_column_that_names_a_person_is_queried(widget: Widget, part: WidgetPart, allowed: bool):
    sql = sql_of(part, NONE, allowed=allowed)[0]
    for hidden in ("user_name", "user_email", "leads.", "company", "remote_id", "transcripts"):
        assert hidden not in sql


@pytest.mark.parametrize(("widget", "part", "allowed"), [each for each in PARTS if not each.values[2]])
def test_what_a_role_may_not_see_is_not_queried(widget: Widget, part: WidgetPart, allowed: bool):
    sql = sql_of(part, NONE, allowed=False)[0]
    for hidden in ("subject", "user_name", "user_email", "leads.", "company", "remote_id", "transcripts", "turns"):
        assert hidden not in sql


def test_yesterday_ends_at_the_same_time_of_day_also_when_the_clocks_change():
    found = span_bounds(datetime(2026, 11, 1, 20, 30, 40, tzinfo=UTC), NEW_YORK)  # 15:30 on the day that summer time ended
    assert found["now"] == datetime(2026, 11, 1, 20, 30)  # noqa: DTZ001 - the warehouse keeps naive UTC
    assert found["yesterday_now"] == datetime(2026, 10, 31, 19, 30)  # noqa: DTZ001
    assert found["today_start"] == datetime(2026, 11, 1, 4)  # noqa: DTZ001
    assert found["week_ago_start"] == datetime(2026, 10, 25, 4)  # noqa: DTZ001
    assert found["quarter_first"] == date(2026, 10, 1)
