"""Tables of widgets are sorted in a browser by their values, with the mouse and the keyboard, and stay sorted with new figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest

from contract.reference import Reference
from orchestration.dashboards.definition import Column, panels, widget_named
from orchestration.dashboards.view import columns_of
from orchestration.rules.measures import Measures
from tests.orchestration.web.browser.conftest import Drive
from tests.orchestration.web.drill_sample import SALES

QUERY = "range=30"
PANELS = [f"/dashboards/{panel}?{QUERY}" for panel in panels()]
HEADERS = {name: value for name, value in SALES.items() if name != "accept"}
WIDTHS = (1400, 390)
"""Pixels of a window on a desk, and on a phone."""
REFRESHED = ("/dashboards/trends", "degradation-alerts", 2)
"""A widget on a panel that asks for new figures, and a column of its table whose values differ: the severity."""
BY_VALUE, BY_TEXT = 60, 15
"""Columns of numbers and times, and columns of texts, that the panels have at least: fewer mean that nothing was compared."""
TIMES = ("day", "hour", "minute", "moment")
"""Formats of days and moments."""


def opened(drive: Drive, address: str, paths: Sequence[str], width: int, *, scripts: bool = True) -> dict[str, Any]:
    """Return the tables of the pages, sorted by each of their columns, without an error in the console."""
    wanted = {"base": address, "headers": HEADERS, "paths": paths, "width": width, "scripts": scripts}
    found = drive("sort.mjs", {**wanted, "refreshed": [REFRESHED] if scripts else []})
    assert found["errors"] == []
    return found


def values_of(client: httpx.Client, widget_id: str) -> dict[tuple[str, ...], list[list[Any] | None]]:
    """Return the figures of a widget's tables by their heads, a column each as the service reads it; None for columns of texts."""
    widget = widget_named(widget_id)
    assert widget is not None
    rows = client.get(f"/api/widgets/{widget_id}?{QUERY}").json()["rows"]
    shown = [part.show for part in widget.parts]
    found: dict[tuple[str, ...], list[list[Any] | None]] = {}
    for number, part in enumerate(widget.parts):
        name = part.show if part.show not in shown[:number] else f"{part.show}_{number + 1}"
        of_part = [row for row in rows if row.get("part", name) == name]
        columns = columns_of(part, Reference().table(Measures))
        found[tuple(column.label for column in columns)] = [_values(column, of_part) for column in columns]
    return found


def _values(column: Column, rows: Sequence[Mapping[str, Any]]) -> list[Any] | None:
    values = [row.get(column.name) for row in rows]
    is_number = all(value is None or isinstance(value, int | float) for value in values)
    return values if (is_number and values != [None] * len(values)) or column.format in TIMES else None


def order(values: Sequence[Any], *, downwards: bool) -> list[int]:
    """Return the positions of the values in their stable order; in both directions what was not measured stands last."""
    measured = sorted((at for at, value in enumerate(values) if value is not None), key=lambda at: values[at], reverse=downwards)
    return [*measured, *(at for at, value in enumerate(values) if value is None)]


def directions_of(table: Mapping[str, Any], column: int, direction: str) -> list[str | None]:
    return [direction if at == column else None for at in range(len(table["heads"]))]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_table_of_the_panels_is_sorted_by_value_with_the_mouse_and_the_keyboard(drive: Drive, address: str, width: int):
    found = opened(drive, address, PANELS, width)
    by_value, by_text = 0, 0
    with httpx.Client(base_url=address, headers=HEADERS, timeout=60) as client:
        for table in found["tables"]:
            assert any(table["sortable"]) == (table["count"] > 1), table["widget"]
            columns = values_of(client, table["widget"]).get(tuple(table["heads"]))
            for tried in table["sorted"]:
                column, up, down = tried["column"], tried["byMouse"], tried["byKeyboard"]
                assert up["directions"] == directions_of(table, column, "ascending")
                assert down["directions"] == directions_of(table, column, "descending")
                assert up["isFocused"]
                assert down["isFocused"], "the head that was activated keeps the focus"
                assert sorted(up["rows"]) == sorted(down["rows"]) == sorted(tried["before"]["rows"])
                values = columns[column] if columns else None
                if values is None:
                    by_text += 1
                    assert [row[column] for row in down["rows"]] == [row[column] for row in reversed(up["rows"])]
                else:
                    by_value += 1
                    first = order(values, downwards=False)
                    assert up["rows"] == [tried["before"]["rows"][at] for at in first], (table["widget"], table["heads"][column])
                    second = order([values[at] for at in first], downwards=True)
                    assert down["rows"] == [up["rows"][at] for at in second], (table["widget"], table["heads"][column])
    print(f"{width} px: {by_value} columns sorted by value, {by_text} by text")
    assert by_value >= BY_VALUE
    assert by_text >= BY_TEXT


def test_a_table_stays_sorted_when_new_figures_come_in_and_waits_for_who_uses_the_keyboard(drive: Drive, address: str):
    tried = opened(drive, address, [], WIDTHS[0])["refreshed"][REFRESHED[1]]
    for answer in (tried["first"], tried["second"]):
        assert answer["isReplaced"]
        assert answer["directions"][REFRESHED[2]] == "descending"
    in_use = tried["inUse"]
    assert not in_use["isReplaced"]
    assert in_use["directions"][REFRESHED[2]] == "ascending"
    assert tried["first"]["rows"] == tried["second"]["rows"] == in_use["rows"][::-1] != in_use["rows"]


def test_without_scripts_heads_are_plain_text(drive: Drive, address: str):
    for page in opened(drive, address, PANELS, WIDTHS[0], scripts=False)["plain"]:
        assert page["heads"]
        assert page["buttons"] == 0
