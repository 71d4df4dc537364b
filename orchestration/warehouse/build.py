"""Build the warehouse with dbt in this process; its manifest is kept, so that a build takes as long as its SQL.

The caller holds ``warehouse_lock``. Afterwards nothing is open, and any process may read or build.
"""

from __future__ import annotations

import gc
from pathlib import Path

from contract.platform.failures import PermanentFailure
from contract.platform.settings import Settings
from orchestration.warehouse.build_result import BuildResult, BuiltNode, without_values
from orchestration.warehouse.environment import build_environment, environment
from orchestration.warehouse.inspection import inspected
from orchestration.warehouse.project import dbt_arguments, parsed_manifest, prepare_manifest, project_hash

__all__ = ["BuildResult", "BuiltNode", "build_warehouse", "check_warehouse", "prepare_manifest"]


def build_warehouse(
    settings: Settings, *, full_refresh: bool = False, select: str | None = None, trends: bool = False
) -> BuildResult:
    """Rebuild the rows of the sessions in ``state.build_batch``, or every row with ``full_refresh``; then test what was built.

    A missing warehouse, or one that another version of the dbt project built, is built in full. ``select`` is dbt's;
    ``trends`` builds the nightly models too, which a live build leaves out to be quick.
    The result contains nodes that failed; raises ``PermanentFailure`` only when dbt could not run at all.
    """
    settings.warehouse_path.parent.mkdir(parents=True, exist_ok=True)
    built_by, current = settings.warehouse_path.with_name("built_by"), f"{project_hash()} {settings.business_tz}"
    full = full_refresh or not settings.warehouse_path.exists() or _text(built_by) != current
    whole = full and select is None
    if whole:
        built_by.unlink(missing_ok=True)
    nodes = inspected(settings, _run(settings, _arguments(settings, full, select, trends)))
    result = BuildResult(full_refresh=full, nodes=nodes)
    if result.success and whole:
        built_by.write_text(current, encoding="utf-8")
    return result


def check_warehouse(settings: Settings) -> BuildResult:
    """Run every dbt test over all rows, however old; a build itself tests only what it built."""
    nodes = inspected(
        settings, _run(settings, ["test", *_quietly(settings), "--exclude-resource-type", "unit_test"], all_rows=True)
    )
    return BuildResult(full_refresh=False, nodes=nodes)


def _arguments(settings: Settings, full: bool, select: str | None, trends: bool) -> list[str]:
    live = () if full or select or trends else ("--exclude", "tag:nightly")
    return [
        "build",
        *_quietly(settings),
        *("--exclude-resource-type", "unit_test"),
        *(("--full-refresh",) if full else ("--exclude-resource-type", "seed")),
        *live,
        *(("--select", select) if select else ()),
    ]


def _quietly(settings: Settings) -> list[str]:
    return [*dbt_arguments(settings.warehouse_path.parent / "dbt"), "--no-write-json"]


def _run(settings: Settings, arguments: list[str], *, all_rows: bool = False) -> tuple[BuiltNode, ...]:
    from dbt.cli.main import dbtRunner

    manifest = parsed_manifest()
    with environment(build_environment(settings) | {"VOICE_ALL_ROWS": "yes" if all_rows else ""}):
        try:
            outcome = dbtRunner(manifest=manifest).invoke(arguments)
        finally:
            close_dbt()
    results = getattr(outcome.result, "results", None)
    if results is None:
        cause = f"{type(outcome.exception).__name__} {without_values(str(outcome.exception))}".strip()
        raise PermanentFailure(f"dbt could not build the warehouse: {cause}.", "Run 'voice doctor', then run again.")
    return tuple(BuiltNode.of(node) for node in results)


def close_dbt() -> None:
    """Close the DuckDB instance that dbt keeps for its process; otherwise other processes cannot open the file."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if DuckDBConnectionManager._ENV is not None:  # pyright: ignore[reportPrivateUsage]
        DuckDBConnectionManager._ENV.close()  # pyright: ignore[reportPrivateUsage]
    DuckDBConnectionManager.close_all_connections()
    gc.collect()


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
