"""`voice provision metabase`: what it makes, that a dry run makes nothing, and that a repeated run finds nothing to do."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from contract.platform.failures import ConfigurationFailure, PermanentFailure, TransientFailure
from contract.platform.settings import Settings
from orchestration.cli.commands import commands
from orchestration.dashboards.definition import Panel, panels
from orchestration.metabase import cards
from orchestration.metabase.settings import MetabaseSettings
from tests.fakes.metabase import ALL_USERS, Metabase
from tests.orchestration.metabase.conftest import Provision

VIEWER, ANALYST = "Voice calls: viewer", "Voice calls: analyst"


def group(metabase: Metabase, name: str) -> str:
    return str(next(group["id"] for group in metabase.groups if group["name"] == name))


def test_each_role_gets_a_connection_a_collection_a_group_and_a_dashboard(
    metabase: Metabase, provision: Provision, own: MetabaseSettings
):
    done = provision(own=own)
    assert not done.kept
    for role, login in ((VIEWER, "metabase_viewer"), (ANALYST, "metabase_analyst")):
        details = metabase.named("databases", role)["details"]
        assert (details["host"], details["port"], details["dbname"], details["user"]) == (
            "warehouse.example.com", 5432, "voice", login,
        )  # fmt: skip
        assert (details["ssl"], details["ssl-mode"], details["additional-options"]) == (True, "verify-full", "currentSchema=main")
        collection = metabase.named("collections", role)["id"]
        asked = [card for card in metabase.cards.values() if card["collection_id"] == collection]
        assert {card["name"] for card in asked} >= {widget.title for panel in panels().values() for widget in panel.widgets}
        number = metabase.named("databases", role)["id"]
        assert {card["dataset_query"]["database"] for card in asked} == {number}
        dashboard = metabase.named("dashboards", role)
        assert [tab["name"] for tab in dashboard["tabs"]] == [panel.title for panel in panels().values()]
        assert {card["card_id"] for card in dashboard["dashcards"]} == {card["id"] for card in asked}
        assert [parameter["slug"] for parameter in dashboard["parameters"]] == [
            "date", "tier", "sentiment", "industry", "agent_version",
        ]  # fmt: skip


def test_the_date_is_the_one_field_filter_of_a_question_and_others_are_variables(metabase: Metabase, provision: Provision):
    provision()
    dated = 0
    for card in metabase.cards.values():
        native = card["dataset_query"]["native"]
        kinds = {name: tag["type"] for name, tag in native["template-tags"].items()}
        assert {name for name, kind in kinds.items() if kind == "dimension"} <= {"date"}
        assert native["query"].count("{{date}}") == ("date" in kinds)
        for name in kinds.keys() - {"date"}:
            assert f"= {{{{{name}}}}}]]" in native["query"]
        if "date" in kinds:
            _, table, column = metabase.fields[native["template-tags"]["date"]["dimension"][1]]
            assert column == "business_day"
            assert f"from {table}" in native["query"]
            dated += 1
    assert dated > 30


def test_a_filter_reaches_every_question_that_it_applies_to(metabase: Metabase, provision: Provision):
    provision()
    dashboard = metabase.named("dashboards", VIEWER)
    slugs = {parameter["id"]: parameter["slug"] for parameter in dashboard["parameters"]}
    for place in dashboard["dashcards"]:
        tags = metabase.cards[place["card_id"]]["dataset_query"]["native"]["template-tags"]
        mapped = {slugs[mapping["parameter_id"]]: mapping["target"] for mapping in place["parameter_mappings"]}
        assert mapped.keys() == tags.keys()
        for name, target in mapped.items():
            assert target == ["dimension" if name == "date" else "variable", ["template-tag", name]]


def test_a_group_opens_its_own_collection_and_asks_its_own_connection_alone(
    metabase: Metabase, provision: Provision, own: MetabaseSettings
):
    provision(own=own)
    collections = {role: str(metabase.named("collections", role)["id"]) for role in (VIEWER, ANALYST)}
    databases = {role: str(metabase.named("databases", role)["id"]) for role in (VIEWER, ANALYST)}
    opened, asked = metabase.collection_graph["groups"], metabase.data_graph["groups"]
    for role, other in ((VIEWER, ANALYST), (ANALYST, VIEWER)):
        assert opened[group(metabase, role)] == {collections[role]: "read"}
        rights: Mapping[str, Any] = asked[group(metabase, role)]
        assert rights[databases[role]]["create-queries"] == "query-builder-and-native"
        assert rights.get(databases[other], {"create-queries": "no"})["create-queries"] == "no"
        assert collections[role] not in opened[str(ALL_USERS)]
        assert asked[str(ALL_USERS)][databases[role]]["create-queries"] == "no"
    assert opened[str(ALL_USERS)] == {"root": "write", "7": "write"}, "other collections are left alone"
    assert "1" in asked[str(ALL_USERS)]


def test_a_repeated_run_changes_nothing(metabase: Metabase, provision: Provision, one_panel: Panel, own: MetabaseSettings):
    provision(own=own)
    before, writes = metabase.snapshot(), len([each for each in metabase.requests if not each.startswith("GET")])
    assert provision(own=own).steps == ()
    assert metabase.snapshot() == before
    assert len([each for each in metabase.requests if not each.startswith("GET")]) == writes


def test_a_run_from_another_machine_finds_what_is_there(
    metabase: Metabase, provision: Provision, one_panel: Panel, settings: Settings
):
    provision()
    before = metabase.snapshot()
    (settings.home / "metabase.json").unlink()
    again = provision()
    assert (again.steps, again.kept) == ((), ())
    assert metabase.snapshot() == before


def test_a_dry_run_says_what_a_run_does_and_writes_nothing(metabase: Metabase, provision: Provision, one_panel: Panel):
    planned = provision(dry_run=True)
    assert not metabase.databases
    assert all(request.startswith("GET") for request in metabase.requests)
    done = provision()
    of_permissions = ("permissions of collections", "permissions of connections")
    assert planned.steps == tuple(step for step in done.steps if step[0] not in of_permissions)
    metabase.people_change("databases", VIEWER, details={**metabase.named("databases", VIEWER)["details"], "host": "old"})
    assert provision(dry_run=True).steps == ((f"connection {VIEWER}", "change host"),)
    assert metabase.named("databases", VIEWER)["details"]["host"] == "old"


def test_permissions_that_somebody_widened_are_taken_back(metabase: Metabase, provision: Provision, one_panel: Panel):
    provision()
    collection = str(metabase.named("collections", VIEWER)["id"])
    metabase.collection_graph["groups"][str(ALL_USERS)][collection] = "write"
    assert [step[0] for step in provision().steps] == ["permissions of collections"]
    assert collection not in metabase.collection_graph["groups"][str(ALL_USERS)]


@pytest.mark.parametrize("writes", range(16))
@pytest.mark.parametrize("fault", ["down", "lost"])
def test_after_a_break_at_any_write_a_repeated_run_ends_in_the_same_state(
    metabase: Metabase, provision: Provision, one_panel: Panel, writes: int, fault: str
):
    metabase.faults = ["ok"] * writes + [fault] + ["down"] * 8
    try:
        provision()
    except TransientFailure:
        metabase.faults.clear()
        provision()
    metabase.faults.clear()
    assert provision().steps == ()
    assert len(metabase.databases) == len(metabase.dashboards) == 1
    names = [collection["name"] for collection in metabase.collections.values()]
    assert len(set(names)) == len(names)
    assert len({card["name"] for card in metabase.cards.values()}) == len(metabase.cards) == 7
    assert len(metabase.named("dashboards", VIEWER)["dashcards"]) == len(metabase.cards)


def test_two_at_once_take_turns(metabase: Metabase, provision: Provision, one_panel: Panel):
    with ThreadPoolExecutor(2) as pool:
        done = [each.result() for each in [pool.submit(provision) for _ in range(2)]]
    assert sorted(bool(each.steps) for each in done) == [False, True]
    assert len(metabase.cards) == 7
    assert len(metabase.dashboards) == len(metabase.databases) == 1


def test_a_question_whose_widget_is_gone_is_archived(
    metabase: Metabase, provision: Provision, one_panel: Panel, monkeypatch: pytest.MonkeyPatch
):
    provision()
    fewer = one_panel.model_copy(update={"widgets": one_panel.widgets[:-1]})
    monkeypatch.setattr(cards, "panels", lambda: {"trends": fewer})
    changes = dict(provision().steps)
    assert changes["question card/viewer/hot-leads/0"].startswith("archive it")
    assert changes[f"dashboard {VIEWER}"] == "change places of questions"
    assert metabase.named("cards", "Hot leads today")["archived"]
    assert provision().steps == ()


def test_a_wrong_key_and_one_without_rights_are_named_and_the_key_is_not(
    metabase: Metabase, provision: Provision, one_panel: Panel, viewer_only: MetabaseSettings
):
    for key in ("mb_wrong", Metabase.plain_key):
        with pytest.raises(ConfigurationFailure, match="VOICE_METABASE_API_KEY") as failure:
            provision(own=viewer_only.model_copy(update={"api_key": SecretStr(key)}))
        assert key not in str(failure.value)
    assert not metabase.databases


def test_a_wrong_connection_is_named_without_its_password(provision: Provision, viewer_only: MetabaseSettings):
    with pytest.raises(ConfigurationFailure, match="VOICE_METABASE_VIEWER_URL") as failure:
        provision(own=viewer_only.model_copy(update={"viewer_url": SecretStr("mysql://user:hidden@host/voice")}))
    assert "hidden" not in str(failure.value)


def test_what_metabase_refuses_is_named_by_its_fields(
    metabase: Metabase, provision: Provision, one_panel: Panel, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tests.fakes.metabase._CARD_FIELDS", {"name"})
    with pytest.raises(PermanentFailure, match=r"POST /api/card \(400\): wrong are collection_id, dataset_query"):
        provision()


def test_tables_that_metabase_cannot_read_are_named(metabase: Metabase, provision: Provision, one_panel: Panel):
    metabase.tables = {"daily_costs": ("business_day",)}
    with pytest.raises(TransientFailure, match="has not read daily_calls yet"):
        provision()


def test_the_file_of_what_was_written_holds_no_secret(provision: Provision, one_panel: Panel, settings: Settings):
    provision()
    written = settings.home / "metabase.json"
    assert "secret-of" not in written.read_text()
    assert written.stat().st_mode & 0o077 == 0


def test_the_command_prints_what_it_does(
    metabase: Metabase, own: MetabaseSettings, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("VOICE_HOME", str(settings.home))
    unset = CliRunner().invoke(commands, ["provision", "metabase", "--dry-run"])
    assert isinstance(unset.exception, ConfigurationFailure)
    assert own.viewer_url
    for name, value in (("URL", own.url), ("API_KEY", Metabase.key), ("VIEWER_URL", own.viewer_url.get_secret_value())):
        monkeypatch.setenv(f"VOICE_METABASE_{name}", value)
    result = CliRunner().invoke(commands, ["provision", "metabase", "--dry-run"])
    assert result.exit_code == 0, result.output
    assert "Would be done" in result.output
    assert f"connection {VIEWER}" in result.output
    assert not metabase.databases
