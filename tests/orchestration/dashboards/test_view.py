"""Widgets in words: what has no course gets no line, and a missing answer is marked where it stands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contract.reference import Reference
from orchestration.dashboards.definition import Widget, panels, subject_panel
from orchestration.dashboards.names import ReaderNames
from orchestration.dashboards.reading import PartRows, WidgetRows
from orchestration.dashboards.tables import sort_value
from orchestration.dashboards.view import PartView, WordingContext, widget_view
from orchestration.rules.goals import Goals
from orchestration.rules.measures import Measures
from tests.orchestration.dashboards.busy_month import ZONE

REFERENCE = Reference()
CONTEXT = WordingContext(REFERENCE.table(Measures), REFERENCE.table(Goals), ReaderNames(REFERENCE), ZONE)


def view_of(widget: Widget, *rows: list[dict[str, Any]]) -> tuple[PartView, ...]:
    read = tuple(PartRows(part, "", tuple(found)) for part, found in zip(widget.parts, rows, strict=True))
    return widget_view(WidgetRows(widget, read), CONTEXT).parts


@pytest.mark.parametrize("days", [1, 2])
def test_a_sparkline_needs_two_days_and_its_table_one(days: int):
    widget = next(each for each in panels()["business"].widgets if each.id == "conversion-rate")
    figure, spark = (
        {"value": 0.5, "n": 4},
        [{"business_day": date(2026, 11, day), "value": 0.5, "n": 2} for day in (25, 26)[:days]],
    )
    part = view_of(widget, [figure], spark)[1]
    assert part.show == "spark"
    assert ("<svg" in part.svg) is (days == 2)
    assert part.table
    assert len(part.table.rows) == days


def test_only_the_answer_that_is_missing_is_red_in_a_list():
    widget = next(each for each in subject_panel("query").widgets if each.id == "query-calls")
    asked = {"asked_at": datetime(2026, 11, 26, 12), "session_id": "s", "name": None, "company": None, "lead_key": None,  # noqa: DTZ001 - the warehouse keeps naive UTC
             "industry": "legal", "text": "what does it cost", "way": "search", "results": 1}  # fmt: skip
    rows = [{**asked, "answered": answered} for answered in (True, False, None)]
    table = view_of(widget, rows)[0].table
    assert table
    assert not any(table.alarms)
    assert [[cell.text for cell in row if cell.tone] for row in table.rows] == [[], ["No"], []]


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        (9, 10),
        (-1.5, -1.25),
        (Decimal("0.1"), Decimal("0.11")),
        (False, True),
        (date(2026, 1, 31), date(2026, 11, 1)),
        (datetime(2026, 11, 26, 9, 5, 1), datetime(2026, 11, 26, 9, 5, 2)),  # noqa: DTZ001 - the warehouse keeps naive UTC
    ],
)
def test_values_are_sorted_by_numbers_that_have_their_order(lower: Any, higher: Any):
    assert float(sort_value(lower) or "nan") < float(sort_value(higher) or "nan")


def test_a_text_is_sorted_as_it_is_shown_and_what_was_not_measured_has_nothing_to_sort_by():
    assert sort_value("P1") is None
    assert sort_value(None) == ""


def test_a_day_without_calls_is_0_in_a_line_of_counts_and_nothing_in_one_of_rates():
    def drawn_days(widget_id: str, *rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        widget = next(each for each in panels()["trends"].widgets if each.id == widget_id)
        read = tuple(PartRows(part, "", tuple(found)) for part, found in zip(widget.parts, rows, strict=True))
        part = widget_view(WidgetRows(widget, read), replace(CONTEXT, in_browser=True)).parts[-1]
        chart = json.loads(part.specifications[0])
        return (chart.get("data") or chart["layer"][0]["data"])["values"]

    days = [date(2026, 11, 20), date(2026, 11, 23)]
    counts = [{"business_day": day, "calls": 4, "qualified": 2, "meetings": 1} for day in days]
    figure = {"value": 8, "n": 8, "qualified": 4, "meetings": 2, "month": 8}
    calls = [row["y"] for row in drawn_days("calls-trend", [figure], counts) if row["series"] == "Total calls"]
    assert calls == [4, 0, 0, 4]
    rates = [{"business_day": day, "value": 0.5, "n": 4} for day in days]
    assert [row["y"] for row in drawn_days("qualification-trend", rates)] == [0.5, 0.5]


def test_competitors_are_written_as_they_write_themselves():
    widget = next(each for each in panels()["sales-intelligence"].widgets if each.id == "competitor-mentions")
    named = [{"competitor": name, "mentions": 1, "balance": 0} for name in ("docusign", "inkwell pro")]
    assert [word for word, _, _ in view_of(widget, named)[0].words] == ["DocuSign", "Inkwell Pro"]


def test_counts_have_whole_numbers_beside_them():
    widget = next(each for each in panels()["sales-intelligence"].widgets if each.id == "team-size")
    drawn = view_of(widget, [{"bucket": 3, "observations": 1}, {"bucket": 5, "observations": 1}])[0].svg
    assert ">1</text>" in drawn
    assert ">0.5</text>" not in drawn
