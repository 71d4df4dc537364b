"""The lineage as a snapshot: a change of the graph must be meant."""

import dagster as dg
from syrupy.assertion import SnapshotAssertion

from orchestration.assembly import build_definitions
from orchestration.resources import Platform


def test_the_asset_graph_is_the_one_we_mean(platform: Platform, snapshot: SnapshotAssertion):
    definitions = build_definitions(platform)
    dg.Definitions.validate_loadable(definitions)
    graph = definitions.resolve_asset_graph()
    lines = [
        f"{key.to_user_string()} <- {', '.join(sorted(parent.to_user_string() for parent in graph.get(key).parent_keys)) or 'nothing'}"
        for key in sorted(graph.get_all_asset_keys(), key=lambda key: key.to_user_string())
    ]
    assert "\n".join(lines) == snapshot


def test_every_dbt_test_and_the_conservation_are_checks(platform: Platform, snapshot: SnapshotAssertion):
    graph = build_definitions(platform).resolve_asset_graph()
    assert "\n".join(sorted(key.to_user_string() for key in graph.asset_check_keys)) == snapshot
