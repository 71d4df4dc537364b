"""Build the warehouse in this process: by the script that dbt left, or with dbt.

The caller holds ``warehouse_lock``. Afterwards nothing is open, and any process may read or build.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import duckdb

from contract.platform.failures import PermanentFailure
from contract.platform.settings import Settings
from orchestration.warehouse.build_inputs import Inputs, build_inputs
from orchestration.warehouse.build_result import BuildResult, BuiltNode, without_values
from orchestration.warehouse.build_script import StatementRecorder, keep_script, read_script, run_script, script_path
from orchestration.warehouse.environment import build_environment, environment
from orchestration.warehouse.inspection import inspected
from orchestration.warehouse.project import dbt_arguments, parsed_manifest, prepare_manifest, project_hash
from orchestration.warehouse.writer import open_writer

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
    nodes = inspected(settings, _build(settings, _selection(full, select, trends), full))
    result = BuildResult(full_refresh=full, nodes=nodes)
    if result.success and whole:
        built_by.write_text(current, encoding="utf-8")
    return result


def _build(settings: Settings, selection: Sequence[str], full: bool) -> tuple[BuiltNode, ...]:
    """Run the script of this build; without one, or when a statement fails, have dbt build and keep what it ran.

    A full build replaces tables, whatever they were: only what it does in a new file is always the same.
    """
    inputs = build_inputs(settings, full=full)
    if full and settings.warehouse_path.exists():
        return _run_dbt(settings, ["build", *selection], inputs)
    path = script_path(settings, selection)
    if script := read_script(path):
        with suppress(duckdb.Error), open_writer(settings) as warehouse:
            return run_script(warehouse, script, inputs)
    recorder = StatementRecorder()
    nodes = _run_dbt(settings, ["build", *selection], inputs, recorder)
    if BuildResult(full, nodes).success:
        keep_script(path, recorder.script(nodes))
    return nodes


def check_warehouse(settings: Settings) -> BuildResult:
    """Run every dbt test over all rows, however old; a build itself tests only what it built."""
    inputs = build_inputs(settings, full=False) | {"all_rows": "yes"}
    nodes = inspected(settings, _run_dbt(settings, ["test", "--exclude-resource-type", "unit_test"], inputs))
    return BuildResult(full_refresh=False, nodes=nodes)


def _selection(full: bool, select: str | None, trends: bool) -> list[str]:
    live = () if full or select or trends else ("--exclude", "tag:nightly")
    return [
        *("--exclude-resource-type", "unit_test"),
        *(("--full-refresh",) if full else ("--exclude-resource-type", "seed")),
        *live,
        *(("--select", select) if select else ()),
    ]


def _run_dbt(
    settings: Settings, command: Sequence[str], inputs: Inputs, recorder: StatementRecorder | None = None
) -> tuple[BuiltNode, ...]:
    from dbt.cli.main import dbtRunner

    arguments = [*command, *dbt_arguments(settings.warehouse_path.parent / "dbt"), "--no-write-json"]
    given = {f"VOICE_INPUT_{name.upper()}": value for name, value in inputs.items()}
    runner = dbtRunner(manifest=parsed_manifest(), callbacks=[recorder] if recorder else [])
    with environment(build_environment(settings) | given):
        try:
            outcome = runner.invoke(arguments)
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
