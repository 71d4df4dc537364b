"""Define ``warehouse_build``: what each batch does to the warehouse, as one asset with the figures of every model.

The models are assets of their own (``warehouse.py``), which the night materializes one by one: an event for each of them, and for
each of their tests, would take a run of one call longer than their SQL.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from orchestration.defs.tags import TRENDS_TAG, WITH_EACH_BATCH
from orchestration.resources import Platform
from orchestration.state.claims import register_run
from orchestration.warehouse.build_result import BuildResult, BuiltNode, fail_unless_built
from orchestration.warehouse.renewal import renew

TESTS_OF_NEW_ROWS = dg.AssetCheckKey(dg.AssetKey("warehouse_build"), "tests_of_new_rows")
"""The check of a build: every test of the models, over the rows that the build made."""


@dg.asset(
    deps=["analysed_sessions", "business_alerts", "crm_opportunities"],
    group_name="publishing",
    pool="warehouse",
    kinds={"dbt", "duckdb"},
    tags=WITH_EACH_BATCH,
    check_specs=[
        dg.AssetCheckSpec(
            TESTS_OF_NEW_ROWS.name,
            asset=TESTS_OF_NEW_ROWS.asset_key,
            description="Every test of the models, over the rows of the last build.",
        )
    ],
)
def warehouse_build(context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]) -> Iterator[Any]:
    """Builds the sessions analysed since the last build in every table, and tests the rows it made; the night tests all rows."""
    with platform.state.writing() as connection:
        register_run(connection, context.run.run_id, platform.now(), platform.settings.lease_seconds)
    platform.progress("build", 0)
    result = renew_warehouse(platform, trends=TRENDS_TAG in context.run.tags)
    platform.progress("build", 1)
    warn_of_quarantine(context, result)
    fail_unless_built(result)
    yield dg.MaterializeResult(metadata=_figures(result))
    yield _tested([node for node in result.nodes if node.resource_type == "test"])


def renew_warehouse(platform: Platform, *, full_refresh: bool = False, trends: bool = False) -> BuildResult:
    """Build what is due by the ledger, with ``trends`` the nightly models too."""
    return renew(platform.settings, platform.state, full_refresh=full_refresh, trends=trends)


def warn_of_quarantine(context: dg.AssetExecutionContext, result: BuildResult) -> None:
    """Name the damaged parts of the lake that the build moved away."""
    if result.quarantined:
        context.log.warning(
            f"Damaged lake parts were moved to quarantine/: {', '.join(result.quarantined)}. Their calls are analysed again."
        )


def _figures(result: BuildResult) -> dict[str, Any]:
    models = [node for node in result.nodes if node.resource_type == "model"]
    table = [
        dg.TableRecord({"model": node.name, "rows": "" if node.rows is None else node.rows, "seconds": round(node.seconds, 3)})
        for node in models
    ]
    return {
        "models": dg.MetadataValue.table(table, schema=_SCHEMA),
        "seconds": round(sum(node.seconds for node in result.nodes), 3),
        "full": result.full_refresh,
    }


_SCHEMA = dg.TableSchema([dg.TableColumn("model"), dg.TableColumn("rows"), dg.TableColumn("seconds", "float")])


def _tested(tests: Sequence[BuiltNode]) -> dg.AssetCheckResult:
    """Return the outcome of all tests: failed when one that is no warning fails; each failed one is named with its sessions."""
    failed = [node for node in tests if node.failures or not node.succeeded]
    severe = [node for node in failed if not node.warns]
    return dg.AssetCheckResult(
        check_name=TESTS_OF_NEW_ROWS.name,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if severe else dg.AssetCheckSeverity.WARN,
        metadata={
            "tests": len(tests),
            **{node.name: f"{node.failures} rows; sessions: {node.failing_sessions}" for node in failed},
            "what to do": failed[0].remedy if failed else "nothing",
        },
    )
