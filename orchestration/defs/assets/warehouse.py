"""Define every dbt model as an asset and every dbt test as an asset check, built in this process under the writer's lock."""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from orchestration.defs.assets.warehouse_build import renew_warehouse, warn_of_quarantine
from orchestration.defs.catalog import CodeSource
from orchestration.defs.tags import NIGHTLY, WITH_EACH_BATCH
from orchestration.resources import Platform
from orchestration.state.claims import register_run
from orchestration.warehouse.build import BuildResult, BuiltNode, build_warehouse, check_warehouse, prepare_manifest
from orchestration.warehouse.build_result import fail_unless_built
from orchestration.warehouse.lock import warehouse_lock

FOLDER_GROUPS = {"seeds": "staging"}
"""The group of a folder of dbt that is no group by itself; else the group is the folder that the model's subject has."""
STATE_ASSETS = {"alerts": "business_alerts", "live_samples": "live_samples"}
"""The asset that fills a table of the operational database; of all other tables it is ``analysed_sessions``.

``delivery_log`` is one of these: the syncs that fill it follow a publication, so naming them would make a cycle."""


_GRAIN = re.compile(r"^-- grain: (.+?)\.?$", re.MULTILINE)


class WarehouseTranslator(DagsterDbtTranslator):
    """Map models to keys under ``warehouse/``, and sources to the assets that write the lake and the operational database."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] != "source":
            return dg.AssetKey(["warehouse", dbt_resource_props["name"]])
        source, table = dbt_resource_props["source_name"], dbt_resource_props["name"]
        if source in ("lake", "inbound"):
            return dg.AssetKey(table)
        if source == "evaluations":
            return dg.AssetKey(source)
        return dg.AssetKey(STATE_ASSETS.get(table, "analysed_sessions"))

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return folder_of(dbt_resource_props["original_file_path"])

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Return what the table holds and what a row is, without the SQL that the code link leads to."""
        grain = _GRAIN.search(dbt_resource_props.get("raw_code") or "")
        described = dbt_resource_props.get("description") or ""
        return f"{described}\n\nGrain: {grain[1]}." if grain else described

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        nightly = "nightly" in dbt_resource_props.get("tags", ())
        return NIGHTLY if nightly else WITH_EACH_BATCH


def folder_of(path: str) -> str:
    """Return staging, intermediate, rollups, or the subject of a mart: ``models/marts/calls/turns.sql`` is in ``calls``."""
    top, *folders, _ = Path(path).parts
    kind, *subject = folders or [top]
    return FOLDER_GROUPS.get(kind, subject[0] if kind == "marts" else kind)


TRANSLATOR = WarehouseTranslator(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))


def nightly_models() -> set[dg.AssetKey]:
    """Return the models with the tag ``nightly``, which a live build leaves out."""
    return {
        TRANSLATOR.get_asset_key(node)
        for node in prepare_manifest()["nodes"].values()
        if "nightly" in node["tags"] and node["resource_type"] == "model"
    }


def model_sources() -> dict[dg.AssetKey, CodeSource]:
    """Return where each model is written."""
    nodes = prepare_manifest()["nodes"].values()
    made = (node for node in nodes if node["resource_type"] in ("model", "seed"))
    return {TRANSLATOR.get_asset_key(node): CodeSource(Path("dbt_project", node["original_file_path"])) for node in made}


def warehouse_assets() -> dg.AssetsDefinition:
    """Return the dbt project as assets, from its manifest."""
    parsed = prepare_manifest()

    @dbt_assets(manifest=parsed, dagster_dbt_translator=TRANSLATOR, name="warehouse", pool="warehouse")
    def warehouse(context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]) -> Iterator[Any]:
        """Builds what is due; at night the trends too, and then every row of every table is tested (spec 8.1)."""
        with platform.state.writing() as connection:
            register_run(connection, context.run.run_id, platform.now(), platform.settings.lease_seconds)
        platform.progress("build", 0)
        night = nightly_models() <= context.selected_asset_keys
        result = check_whole_warehouse(platform) if night else renew_warehouse(platform)
        platform.progress("build", 1)
        warn_of_quarantine(context, result)
        checks = {key.to_user_string() for key in context.selected_asset_check_keys}
        for node in result.nodes:
            yield from _events(parsed, node, context.selected_asset_keys, checks)
        fail_unless_built(result)

    return warehouse


def check_whole_warehouse(platform: Platform) -> BuildResult:
    """Build what is due, rebuild the nightly models, and test all rows of every table, however old (spec 8.3)."""
    renewed = renew_warehouse(platform)
    if not renewed.success:
        return renewed
    with warehouse_lock(platform.settings):
        built = build_warehouse(platform.settings, select="tag:nightly")
        tested = check_warehouse(platform.settings)
    made = (node for node in (*renewed.nodes, *built.nodes) if node.resource_type != "test")
    return BuildResult(renewed.full_refresh, (*made, *tested.nodes), renewed.quarantined)


def _size_and_time(node: BuiltNode) -> dict[str, int | float]:
    """Return figures of a built table; a view has no rows of its own."""
    return {"seconds": round(node.seconds, 3), **({} if node.rows is None else {"dagster/row_count": node.rows})}


def _events(
    parsed: Mapping[str, Any], node: BuiltNode, assets: AbstractSet[dg.AssetKey], checks: AbstractSet[str]
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    if node.resource_type == "model" and node.succeeded:
        key = TRANSLATOR.get_asset_key(parsed["nodes"][node.unique_id])
        if key in assets:
            yield dg.MaterializeResult(asset_key=key, metadata=_size_and_time(node))
    if node.resource_type == "test":
        check = get_asset_check_key_for_test(parsed, TRANSLATOR, node.unique_id, project=None)
        if check and check.to_user_string() in checks:
            yield dg.AssetCheckResult(
                asset_key=check.asset_key,
                check_name=check.name,
                passed=node.succeeded and not node.failures,
                severity=dg.AssetCheckSeverity.WARN if node.warns else dg.AssetCheckSeverity.ERROR,
                metadata={"failures": node.failures or 0, "sessions": node.failing_sessions, "what to do": node.remedy},
            )
