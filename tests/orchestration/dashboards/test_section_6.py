"""Every widget of specification section 6 is there, with its targets, buckets, colours, categories, columns and actions.

``section_6.md`` is a copy of that section. What is expected is read from it, so a widget that is taken out or changed here fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.reference import Reference
from orchestration.dashboards.definition import Panel, Widget, WidgetPart, panels
from orchestration.dashboards.filters import RANGES, SENTIMENTS, TIERS
from orchestration.rules.goals import Goals
from orchestration.rules.measures import Measures, Target

SECTION = (Path(__file__).parent / "section_6.md").read_text(encoding="utf-8")
PANEL = re.compile(r"^### 6\.\d (.+) Panel$", re.MULTILINE)
WIDGET = re.compile(r"^- \*\*(.+?)\*\*\n((?:  - .+\n?)*)", re.MULTILINE)
KINDS = {
    "Numeric counter": {"figure"},
    "Numeric display": {"figure"},
    "Numeric gauge": {"figure"},
    "Percentage gauge": {"figure"},
    "Percentage display": {"figure"},
    "Currency counter": {"figure"},
    "Line chart": {"line"},
    "Pie chart": {"pie"},
    "Table": {"table"},
    "Histogram": {"histogram"},
    "Horizontal bar chart": {"bars"},
    "Bar chart": {"bar", "histogram"},
    "Word cloud": {"cloud"},
    "Alert list": {"list"},
    "Ranked list": {"list"},
}


def specified() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Panel, title and details of every widget of 6.1 to 6.6."""
    parts = PANEL.split(SECTION.split("### 6.7")[0])
    for panel, text in zip(parts[1::2], parts[2::2], strict=True):
        for title, details in WIDGET.findall(text):
            yield panel, title, dict(line.strip("- ").split(": ", 1) for line in details.strip().splitlines())


SPECIFIED = list(specified())


def widget_of(panel: str, title: str) -> Widget:
    found: Panel = next(each for each in panels().values() if each.title.lower() == panel.lower())
    return next(widget for widget in found.widgets if widget.title == title)


def target_of(part: WidgetPart) -> Target | None:
    return part.target or (Reference().table(Measures).named(part.measure).target if part.measure else None)


def targets(widget: Widget) -> list[Target]:
    return [target for target in map(target_of, widget.parts) if target]


def detail(name: str) -> list[Any]:
    return [pytest.param(panel, title, details[name], id=title) for panel, title, details in SPECIFIED if name in details]


def test_the_section_has_35_widgets_on_six_panels_and_so_have_we():
    assert len(SPECIFIED) == 35
    ours = [(panel.title, widget.title) for panel in panels().values() for widget in panel.widgets]
    assert [(panel.lower(), title) for panel, title, _ in SPECIFIED] == [(panel.lower(), title) for panel, title in ours]


@pytest.mark.parametrize(("panel", "title", "text"), detail("Type"))
def test_a_widget_is_of_its_type(panel: str, title: str, text: str):
    widget = widget_of(panel, title)
    kind = re.sub(r"\s*\(.*\)", "", text)
    assert {part.show for part in widget.parts} & KINDS[kind]
    if scale := re.search(r"\((\d+)-(\d+)\)", text):
        assert widget.parts[0].gauge == (float(scale[1]), float(scale[2]))
    if "$/hour" in text:
        assert widget.parts[0].format == "usd_an_hour"
    if limit := re.search(r"top (\d+)", text):
        assert f"limit {limit[1]}" in (widget.parts[0].sql or "")


TARGETS = ("Target line", "Target", "Goal", "Alert threshold", "Target range")


@pytest.mark.parametrize(("panel", "title", "text"), [each for name in TARGETS for each in detail(name)])
def test_a_widget_has_its_target(panel: str, title: str, text: str):
    widget = widget_of(panel, title)
    numbers = [float(number) for number in re.findall(r"\d+", text)]
    if not numbers:  # a configurable goal: from goals.yml
        goals = [part.goal for part in widget.parts if part.goal]
        assert goals
        assert all(goal in Reference().table(Goals).goals for goal in goals)
        return
    bounds = {value / (100 if "%" in text else 1) for value in numbers}
    found = [set(filter(None, target.model_dump().values())) for target in targets(widget)]
    assert bounds in found
    if "highlighted" in text:
        assert any(part.highlight and str(int(numbers[0])) in part.caption for part in widget.parts)


@pytest.mark.parametrize(("panel", "title", "text"), detail("Buckets"))
def test_a_histogram_has_its_buckets(panel: str, title: str, text: str):
    part = next(part for part in widget_of(panel, title).parts if part.show == "histogram")
    assert list(part.buckets.values()) == [bucket.replace("-", "–") for bucket in text.split(", ")]
    assert list(part.buckets) == [int(re.findall(r"\d+", bucket)[0]) for bucket in text.split(", ")]


@pytest.mark.parametrize(("panel", "title", "text"), [*detail("Categories"), *detail("Tools")])
def test_a_pie_has_its_parts(panel: str, title: str, text: str):
    part = next(part for part in widget_of(panel, title).parts if part.show == "pie")
    assert [str(key).lower() for key in part.colors] == text.lower().split(", ")


@pytest.mark.parametrize(("panel", "title", "text"), [*detail("Columns"), *detail("Lines")])
def test_a_table_has_its_columns_and_a_chart_its_lines(panel: str, title: str, text: str):
    part = widget_of(panel, title).parts[-1]
    labels = [column.label.lower() for column in part.columns]
    assert labels[-len(text.split(", ")) :] == text.lower().split(", ")


def test_latency_is_green_yellow_and_red_at_its_bounds():
    text = next(details["Color"] for _, title, details in SPECIFIED if title == "Average latency (last hour)")
    green, yellow, red = (int(number) for number in re.findall(r"Green <(\d+)ms.*-(\d+)ms, Red >(\d+)ms", text)[0])
    bands = widget_of("Performance Monitoring", "Average latency (last hour)").parts[0].bands
    tones = {value: next(band.tone for band in bands if band.holds(value)) for value in (green - 1, green, yellow, red + 1)}
    assert list(tones.values()) == ["good", "warn", "warn", "bad"]


def test_colours_mean_what_the_section_says():
    scores = widget_of("Sales Intelligence", "Lead score distribution").parts[0]
    assert list(scores.colors.values()) == [f"heat-{step}" for step in range(1, 6)], "cold to hot"
    assert set(widget_of("Sales Intelligence", "Integration needs breakdown").parts[0].colors) == {"Tier 1", "Tier 2"}
    size = widget_of("Sales Intelligence", "Team size distribution").parts[0]
    assert size.highlight is not None
    assert size.highlight[0] == 5, "enterprise tier (≥5)"
    assert widget_of("Knowledge Base Effectiveness", "Top searched queries").parts[0].alarm == "success_rate"


@pytest.mark.parametrize(
    ("title", "drill_down"),
    [
        ("Top industries", "industry"),
        ("Common objections", "objection"),
        ("Performance degradation alerts", "alert"),
        ("Hot leads today", "lead"),
    ],
)
def test_what_is_clicked_leads_on(title: str, drill_down: str):
    panel, _, details = next(each for each in SPECIFIED if each[1] == title)
    assert details.get("Action") or details.get("Drill-down")
    assert widget_of(panel, title).drill_down == drill_down


def test_content_gaps_lead_to_the_board():
    action = widget_of("Knowledge Base Effectiveness", "Content gaps identified").action
    assert action is not None
    assert action.to == "content_board"


def test_a_span_of_its_own_is_that_of_the_section():
    spans = {"Average latency (last hour)": "last_hour", "P95 latency trend": "last_24_hours", "Today's calls": "today"}
    spans |= {"Hot leads today": "today", "Calls trend (last 7/30 days)": "last_30_days"}
    for panel, title, _ in SPECIFIED:
        assert title not in spans or widget_of(panel, title).span == spans[title]


def test_the_filters_are_those_of_the_section():
    filters = dict(re.findall(r"^- \*\*(.+?)\*\*: (.+)$", SECTION.split("### 6.7")[1], re.MULTILINE))
    assert list(filters) == ["Date range", "Qualification tier", "Sentiment", "Industry", "Agent version"]
    assert filters["Date range"].split(", ") == list(RANGES.values())
    assert filters["Qualification tier"].split(", ")[1:] == list(TIERS)
    assert filters["Sentiment"].lower().split(", ")[1:] == list(SENTIMENTS)
