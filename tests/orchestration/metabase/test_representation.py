"""Files of Metabase's representation format. ``make metabase-representation`` checks them with Metabase's own validator."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from contract.reference import Reference
from orchestration.cli.commands import commands
from orchestration.dashboards.definition import panels
from orchestration.metabase.cards import CardLinks, card_definitions
from orchestration.metabase.display import TONES
from orchestration.metabase.layout import GRID, placed
from orchestration.metabase.roles import METABASE_ROLES

NANOID = re.compile(r"[A-Za-z0-9_-]{21}")
CARDS = {role.name: card_definitions(role, Reference(), "Europe/Berlin", CardLinks()) for role in METABASE_ROLES}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("representation")
    result = CliRunner().invoke(commands, ["provision", "metabase", "--out", str(folder)])
    assert result.exit_code == 0, result.output
    files = sorted(folder.rglob("*.yaml"))
    assert f"{len(files)} files written." in result.output
    return {str(path.relative_to(folder)): yaml.safe_load(path.read_text(encoding="utf-8")) for path in files}


def of_model(documents: dict[str, dict[str, Any]], model: str) -> list[dict[str, Any]]:
    return [document for document in documents.values() if document["serdes/meta"][-1]["model"] == model]


def test_every_reference_leads_to_something(documents: dict[str, dict[str, Any]]):
    collections = {document["entity_id"] for document in of_model(documents, "Collection")}
    questions = {document["entity_id"]: document for document in of_model(documents, "Card")}
    assert len(collections) == len(METABASE_ROLES)
    assert len(questions) == sum(map(len, CARDS.values()))
    for document in (*questions.values(), *of_model(documents, "Dashboard")):
        assert NANOID.fullmatch(document["entity_id"])
        assert document["collection_id"] in collections
    for dashboard in of_model(documents, "Dashboard"):
        tabs = {tab["entity_id"] for tab in dashboard["tabs"]}
        filters = {parameter["id"] for parameter in dashboard["parameters"]}
        for place in dashboard["dashcards"]:
            question = questions[place["card_id"]]
            assert question["collection_id"] == dashboard["collection_id"]
            assert place["dashboard_tab_id"] in [[dashboard["entity_id"], tab] for tab in tabs]
            tags = {tag["name"] for tag in question["dataset_query"]["stages"][0]["template-tags"]}
            assert {mapping["target"][1][1] for mapping in place["parameter_mappings"]} == tags
            assert {mapping["parameter_id"] for mapping in place["parameter_mappings"]} <= filters


def test_questions_name_their_connection_and_the_dates_column(documents: dict[str, dict[str, Any]]):
    for question in of_model(documents, "Card"):
        [stage] = question["dataset_query"]["stages"]
        for tag in stage["template-tags"]:
            if tag["type"] == "dimension":
                connection, schema, table, column = tag["dimension"][2]
                assert (connection, schema, column) == (question["dataset_query"]["database"], "main", "business_day")
                assert f"from {table}" in stage["native"]


def test_the_same_definitions_give_the_same_files(documents: dict[str, dict[str, Any]], tmp_path: Path):
    CliRunner().invoke(commands, ["provision", "metabase", "--out", str(tmp_path)])
    assert {
        str(path.relative_to(tmp_path)): yaml.safe_load(path.read_text(encoding="utf-8")) for path in tmp_path.rglob("*.yaml")
    } == (documents)


@pytest.mark.parametrize("role", CARDS)
def test_every_widget_is_on_its_panels_tab_and_nothing_overlaps(role: str):
    places = placed(CARDS[role])
    for panel in panels().values():
        of_tab = [place for place in places if place.tab == panel.title]
        assert [widget.title for widget in panel.widgets] == [
            place.card.name for place in of_tab if place.card.key.endswith("/0")
        ]  # fmt: skip
        squares = [
            (column, row)
            for place in of_tab
            for column in range(place.column, place.column + place.width)
            for row in range(place.row, place.row + place.height)
        ]
        assert len(set(squares)) == len(squares)
        assert max(column for column, _ in squares) < GRID


def test_a_widget_with_a_span_of_its_own_says_so_and_takes_no_date():
    for card in CARDS["viewer"]:
        assert ("the date filter does not apply" in card.description) == (card.widget.span != "chosen")
        assert (card.sql.dated is None) == (card.widget.span != "chosen")


def test_what_a_role_does_not_see_is_said():
    viewer, analyst = ({card.key: card for card in CARDS[role]} for role in ("viewer", "analyst"))
    assert "shown to the roles" in viewer["top-queries/0"].description
    assert "shown to the roles" not in analyst["top-queries/0"].description
    assert "user_name" not in "".join(card.sql.text for card in viewer.values())
    assert "daily_mentions_masked" in viewer["content-gaps/0"].sql.text


def test_targets_goals_buckets_and_colours_are_those_of_the_definitions():
    shown = {card.key: card for card in CARDS["analyst"]}
    latency = shown["average-latency/0"].display.settings["gauge.segments"]
    assert [(segment["max"], segment["color"]) for segment in latency] == [
        (1000, TONES["good"]), (1500, TONES["warn"]), (2000, TONES["bad"]),
    ]  # fmt: skip
    assert shown["p95-latency/0"].display.settings["graph.goal_value"] == 1500
    goal = shown["qualification-trend/0"].display.settings
    assert (goal["graph.goal_value"], goal["graph.goal_label"]) == (0.25, "Goal")
    assert "'81–100'" in shown["lead-scores/0"].sql.text
    assert shown["lead-scores/0"].display.settings["series_settings"]["81–100"] == {"color": TONES["heat-5"]}
    assert "between 3 and 6 then 'In the target range'" in shown["call-duration/1"].sql.text
    assert shown["connection-quality/0"].display.settings["pie.colors"]["Poor"] == TONES["bad"]
    error = shown["error-rate/0"].display.settings["column_settings"]['["name","value"]']
    assert (error["number_style"], error["decimals"]) == ("percent", 1)


def test_links_lead_to_our_pages_and_to_the_content_board_when_they_are_known():
    links = CardLinks("https://voice.example.com/", "https://board.example.com")
    linked = {card.key: card.display.settings for card in card_definitions(METABASE_ROLES[0], Reference(), "Europe/Berlin", links)}
    pages = {
        ("hot-leads", "session_id"): "calls/{{session_id}}",
        ("hot-leads", "lead_key"): "leads/{{lead_key}}",
        ("common-objections", "objection"): "objections/{{category}}/{{objection}}",
        ("degradation-alerts", "alert"): "alerts/{{id}}",
    }
    for (widget, column), path in pages.items():
        click = linked[f"{widget}/0"]["column_settings"][f'["name","{column}"]']["click_behavior"]
        assert click["linkTemplate"] == f"https://voice.example.com/{path}"
    assert linked["content-gaps/0"]["click_behavior"]["linkTemplate"] == "https://board.example.com"
    assert linked["top-industries/0"]["click_behavior"]["linkTemplate"] == "https://voice.example.com/industries/{{industry}}"
    assert not any("click_behavior" in str(card.display.settings) for card in CARDS["viewer"])
