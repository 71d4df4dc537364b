"""The lineage as a snapshot: a change of the graph must be meant."""

import dagster as dg
from syrupy.assertion import SnapshotAssertion

from orchestration.defs.assembly import build_definitions
from orchestration.resources import Platform


def named(key: dg.AssetKey) -> str:
    return key.to_user_string()


def test_the_asset_graph_is_the_one_we_mean(platform: Platform, snapshot: SnapshotAssertion):
    definitions = build_definitions(platform)
    dg.Definitions.validate_loadable(definitions)
    graph = definitions.resolve_asset_graph()
    lines = [
        f"{named(key)} <- {', '.join(sorted(map(named, graph.get(key).parent_keys))) or 'nothing'}"
        for key in graph.get_all_asset_keys()
    ]
    assert "\n".join(sorted(lines)) == snapshot


def test_every_dbt_test_and_the_conservation_are_checks(platform: Platform, snapshot: SnapshotAssertion):
    graph = build_definitions(platform).resolve_asset_graph()
    assert "\n".join(sorted(key.to_user_string() for key in graph.asset_check_keys)) == snapshot
