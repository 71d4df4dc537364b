"""What Dagster's UI shows of the assets: whose they are, where they are written, what they hold and when they are stale."""

from __future__ import annotations

import re
from pathlib import Path

import dagster as dg
import pytest
from syrupy.assertion import SnapshotAssertion

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT, load_settings
from orchestration.defs.assembly import build_definitions
from orchestration.defs.assets.followers import follower_asset
from orchestration.defs.assets.publishing import published_warehouse
from orchestration.defs.catalog import CODE_REFERENCES
from orchestration.downstream.table import FOLLOWERS
from orchestration.resources import Platform

LARGEST_GROUP = 14  # assets that a person still sees at a glance, unfolded beside each other


def specs_of(platform: Platform) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in build_definitions(platform).resolve_all_asset_specs()}


def references(spec: dg.AssetSpec) -> list[dg.LocalFileCodeReference | dg.UrlCodeReference]:
    return spec.metadata[CODE_REFERENCES].code_references


def test_every_asset_has_an_owner_kinds_and_a_group_of_sensible_size(platform: Platform, snapshot: SnapshotAssertion):
    specs = specs_of(platform)
    assert {owner for spec in specs.values() for owner in spec.owners} == {"team:voice-platform"}
    assert [name for name, spec in specs.items() if not spec.kinds or len(spec.owners) != 1] == []
    groups: dict[str, list[str]] = {}
    for name, spec in sorted(specs.items()):
        groups.setdefault(spec.group_name or "none", []).append(name)
    assert max(map(len, groups.values())) <= LARGEST_GROUP
    assert "\n".join(f"{group}: {', '.join(names)}" for group, names in sorted(groups.items())) == snapshot


def test_the_documents_of_calls_come_from_the_store(platform: Platform):
    specs = specs_of(platform)
    assert [dep.asset_key.to_user_string() for dep in specs["session_documents"].deps] == ["call_documents"]
    assert "store" in str(specs["call_documents"].description)


def test_every_description_stands_alone(platform: Platform):
    descriptions = {name: spec.description or "" for name, spec in specs_of(platform).items()}
    assert {name: text for name, text in descriptions.items() if len(text) < 20 or re.search(r"\(spec|``|#### Raw SQL", text)} == {}


def test_every_asset_that_runs_says_when_it_runs(platform: Platform):
    runs = {name: spec.tags.get("runs") for name, spec in specs_of(platform).items()}
    assert {name for name, when in runs.items() if when is None} == {"call_documents", "evaluations", "live_samples"}
    assert runs["warehouse/weekly_trends"] == "nightly"


def test_code_links_lead_to_files_of_the_repository(platform: Platform):
    linked = {name: references(spec)[0] for name, spec in specs_of(platform).items() if CODE_REFERENCES in spec.metadata}
    assert all(isinstance(link, dg.LocalFileCodeReference) and Path(link.file_path).exists() for link in linked.values())
    labels = {name: link.label for name, link in linked.items()}
    assert labels["warehouse/sessions"] == "dbt_project/models/marts/calls/sessions.sql"
    assert labels["lead_score"] == "analyzers/lead_score/report.py"
    assert labels["daily_report"] == "orchestration/reports/following.py"
    assert labels["session_documents"] == "orchestration/defs/assets/documents.py"


def test_code_links_are_addresses_where_one_is_set_and_then_name_no_place_on_this_machine(platform: Platform):
    settings = platform.settings.model_copy(update={"code_url": "https://code.example/voice/blob/main/"})
    link = references(specs_of(Platform(settings))["warehouse/leads"])[0]
    assert isinstance(link, dg.UrlCodeReference)
    assert link.url == "https://code.example/voice/blob/main/dbt_project/models/marts/leads/leads.sql#L1"
    assert str(PROJECT_ROOT) not in f"{link.url}{link.label}"


def test_the_owner_is_a_setting_that_is_checked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VOICE_OWNER", "team:calls")
    assert load_settings().owner == "team:calls"
    monkeypatch.setenv("VOICE_OWNER", "somebody")
    with pytest.raises(ConfigurationFailure, match="VOICE_OWNER"):
        load_settings()


def test_what_the_clock_renews_can_be_stale_and_what_only_calls_renew_cannot(platform: Platform):
    policies = {name for name, spec in specs_of(platform).items() if spec.freshness_policy}
    of_followers = {"daily_report", "salesforce_sync", "amplitude_sync", "crm_opportunities"}
    assert policies == {"published_warehouse", "warehouse/weekly_trends", *of_followers}


@pytest.mark.parametrize(
    "name",
    [
        "served_warehouse",
        "salesforce_sync",
        "amplitude_sync",
        "pagerduty_sync",
        "slack_sync",
        "alert_mail_sync",
        "crm_opportunities",
    ],
)
def test_a_follower_that_is_not_configured_materializes_nothing(name: str, platform: Platform):
    follower = next(follower for follower in FOLLOWERS if follower.name == name)
    assert follower.missing_setting(platform)
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([follower_asset(follower)], instance=instance, resources={"platform": platform})
        assert result.success
        assert result.asset_materializations_for_node(follower.name) == []
        assert instance.get_latest_materialization_event(dg.AssetKey(follower.name)) is None


def test_the_published_warehouse_says_where_it_is_and_how_many_calls_it_has(two_calls: Platform):
    result = dg.materialize([published_warehouse], resources={"platform": two_calls})
    metadata = {
        name: value.value for name, value in result.asset_materializations_for_node("published_warehouse")[0].metadata.items()
    }
    folder = two_calls.settings.published_dir.absolute()
    assert metadata["folder"] == str(folder)
    assert Path(str(metadata["database"])).parent == folder
    assert Path(str(metadata["database"])).exists()
    assert (metadata["calls"], metadata["leads"], metadata["dagster/row_count"]) == (2, 2, 2)
