"""What somebody changed in Metabase is left alone and told of, until it is said that it may be overwritten."""

from __future__ import annotations

from typing import Any

import pytest

from contract.platform.settings import Settings
from orchestration.dashboards.definition import Panel
from orchestration.metabase import cards
from tests.fakes.metabase import Metabase
from tests.orchestration.metabase.conftest import Provision

TITLE, DASHBOARD = "Qualification rate trend", "Voice calls: viewer"
pytestmark = pytest.mark.usefixtures("one_panel")


def other_definitions(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release in which every widget says something else of itself."""
    widgets = tuple(widget.model_copy(update={"about": "Said otherwise"}) for widget in panel.widgets)
    monkeypatch.setattr(cards, "panels", lambda: {"trends": panel.model_copy(update={"widgets": widgets})})


@pytest.mark.parametrize(
    "change",
    [
        {"name": "How many qualify"},
        {"display": "table"},
        {"description": "Our own words"},
        {"archived": True},
        {"visualization_settings": {"graph.show_values": True}},
    ],
)
def test_a_changed_question_is_left_alone_and_told_of(metabase: Metabase, provision: Provision, change: dict[str, Any]):
    provision()
    card = metabase.named("cards", TITLE)
    metabase.people_change("cards", TITLE, **change)
    done = provision()
    assert done.steps == ()
    assert [kept.partition(":")[0] for kept in done.kept] == [f"question {TITLE} (viewer)"]
    assert all(card[name] == value for name, value in change.items())
    assert len(provision(overwrite=True).steps) == 1
    assert (card["name"], card["archived"], card["display"]) == (TITLE, False, "line")
    assert provision().kept == ()


def test_changed_sql_is_left_alone_also_when_the_definition_changes(
    metabase: Metabase, provision: Provision, one_panel: Panel, monkeypatch: pytest.MonkeyPatch
):
    provision()
    card = metabase.named("cards", TITLE)
    query = {**card["dataset_query"], "native": {**card["dataset_query"]["native"], "query": "select 1", "template-tags": {}}}
    metabase.people_change("cards", TITLE, dataset_query=query)
    other_definitions(one_panel, monkeypatch)
    done = provision()
    assert {step[1] for step in done.steps} == {"change description"}
    assert len(done.steps) == len(metabase.cards) - 1
    assert len(done.kept) == 1
    assert card["dataset_query"]["native"]["query"] == "select 1"


def test_a_later_moment_of_change_without_a_change_holds_nothing_up(
    metabase: Metabase, provision: Provision, one_panel: Panel, monkeypatch: pytest.MonkeyPatch
):
    """Metabase also sets updated_at when it saves what it learnt of a question's columns."""
    provision()
    metabase.people_change("cards", TITLE, result_metadata=[{"name": "value"}])
    other_definitions(one_panel, monkeypatch)
    done = provision()
    assert done.kept == ()
    assert len(done.steps) == len(metabase.cards)


def test_a_dashboard_that_somebody_arranged_is_left_alone(metabase: Metabase, provision: Provision):
    provision()
    dashboard = metabase.named("dashboards", DASHBOARD)
    moved = [{**place, "row": place["row"] + 1, "updated_at": "later"} for place in dashboard["dashcards"]]
    dashboard["dashcards"] = moved
    done = provision()
    assert (done.steps, done.kept) == ((), (f"dashboard {DASHBOARD}: places of questions",))
    assert provision(overwrite=True).steps == ((f"dashboard {DASHBOARD}", "change places of questions"),)
    assert min(place["row"] for place in dashboard["dashcards"]) == 0


def test_a_question_that_somebody_added_to_the_dashboard_stays(metabase: Metabase, provision: Provision):
    provision()
    dashboard = metabase.named("dashboards", DASHBOARD)
    dashboard["dashcards"] = [*dashboard["dashcards"], {**dashboard["dashcards"][0], "id": 9000, "card_id": None}]
    assert len(provision().kept) == 1
    assert any(place["id"] == 9000 for place in dashboard["dashcards"])


def test_without_the_file_of_what_was_written_nothing_that_differs_is_overwritten(
    metabase: Metabase, provision: Provision, settings: Settings, one_panel: Panel, monkeypatch: pytest.MonkeyPatch
):
    provision()
    (settings.home / "metabase.json").write_text("{ damaged")
    other_definitions(one_panel, monkeypatch)
    done = provision()
    assert done.steps == ()
    assert len(done.kept) == len(metabase.cards)
    assert len(provision(overwrite=True).steps) == len(metabase.cards)


def test_a_renamed_dashboard_is_known_by_its_number(metabase: Metabase, provision: Provision):
    provision()
    metabase.people_change("dashboards", DASHBOARD, name="Calls")
    assert provision().kept == (f"dashboard {DASHBOARD}: name",)
    assert len(metabase.dashboards) == 1
