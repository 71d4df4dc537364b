"""Publishing: big tables as Parquet by day, small ones and the views over the big in a small DuckDB file (spec 8.3).

What must be written is found by comparing each day's fingerprint with the manifest's, so that a crash between a build and
its publication loses nothing. A version is complete before the manifest names it; readers of the old one go on.
"""

from __future__ import annotations

import time
from pathlib import Path

import duckdb

from contract.failures import PermanentFailure
from contract.settings import Settings
from orchestration.warehouse.lock import warehouse_lock
from orchestration.warehouse.manifest import DayFile, Manifest, read_manifest, replace_manifest

KEEP_SECONDS = 600
NO_DAY = "none"
BY_DAY = (
    "sessions",
    "transcripts",
    "metrics",
    "analysis_results",
    "analysis_reports",
    "turns",
    "tool_calls",
    "session_costs",
    "session_facts",
    "session_signals",
    "session_ledger",
)
WHOLE = ("leads", "rejected_sessions", "alerts_history", "analyzer_quality")


def publish(settings: Settings) -> Manifest:
    """Bring the published warehouse up to the writer's; the present manifest comes back when nothing has changed."""
    folder = settings.published_dir.absolute()
    if not settings.warehouse_path.exists():
        raise PermanentFailure("There is no warehouse to publish yet.", "Run 'voice run' first.")
    with warehouse_lock(settings), duckdb.connect() as warehouse:
        warehouse.execute("set TimeZone = 'UTC'")
        warehouse.execute(f"attach {_quoted(settings.warehouse_path)} as writer (read_only)")
        warehouse.execute("use writer")
        present = read_manifest(folder)
        tables = {table: _fingerprints(warehouse, table) for table in BY_DAY}
        small = "|".join(_fingerprint(warehouse, table) for table in WHOLE)
        if present and present.root == str(folder) and present.small_fingerprint == small and _same(present, tables):
            return present
        version = present.version + 1 if present else 1
        files = {table: _write_days(warehouse, folder, table, days, present, version) for table, days in tables.items()}
        database = _write_database(warehouse, folder, files, version)
        manifest = Manifest(
            version=version,
            published_at=settings.clock(),
            root=str(folder),
            database=database,
            small_fingerprint=small,
            tables=files,
        )
        manifest = manifest.model_copy(update={"retired": _retired(present, manifest)})
        replace_manifest(folder, manifest)
        _remove_unreferenced(folder, manifest)
    return manifest


def _same(present: Manifest, tables: dict[str, dict[str, str]]) -> bool:
    return {t: {day: file.fingerprint for day, file in days.items()} for t, days in present.tables.items()} == tables


def _dated(table: str) -> str:
    """A relation with the rows of ``table`` and the UTC day of their session's start as ``_day``."""
    if table == "sessions":
        return "(select *, strftime(start_time, '%Y-%m-%d') as _day from main.sessions)"
    if table == "session_ledger":
        return f"(select *, coalesce(strftime(day, '%Y-%m-%d'), '{NO_DAY}') as _day from main.session_ledger)"  # noqa: S608
    dated = "(select session_id, strftime(start_time, '%Y-%m-%d') as _day from main.sessions)"
    return f"(select t.*, d._day from main.{table} as t join {dated} as d using (session_id))"  # noqa: S608 - names of ours


def _fingerprints(warehouse: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    sql = f"select _day, count(*) || ':' || sum(hash(d)::hugeint) from {_dated(table)} as d group by _day"  # noqa: S608 - names of ours
    return dict(warehouse.execute(sql).fetchall())


def _fingerprint(warehouse: duckdb.DuckDBPyConnection, table: str) -> str:
    sql = f"select count(*) || ':' || coalesce(sum(hash(t)::hugeint), 0) from main.{table} as t"  # noqa: S608 - names of ours
    return warehouse.execute(sql).fetchall()[0][0]


def _write_days(
    warehouse: duckdb.DuckDBPyConnection, folder: Path, table: str, days: dict[str, str], present: Manifest | None, version: int
) -> dict[str, DayFile]:
    known = present.tables.get(table, {}) if present else {}
    files: dict[str, DayFile] = {}
    for day, fingerprint in sorted(days.items()):
        if day in known and known[day].fingerprint == fingerprint and (folder / known[day].path).exists():
            files[day] = known[day]
        else:
            files[day] = DayFile(path=_write_day(warehouse, folder, table, day, version), fingerprint=fingerprint)
    return files


def _write_day(warehouse: duckdb.DuckDBPyConnection, folder: Path, table: str, day: str, version: int) -> str:
    path = f"data/{table}/day={day}/{version:08d}.parquet"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    warehouse.execute(
        f"copy (select * exclude (_day) from {_dated(table)} where _day = ? order by all)"  # noqa: S608 - names of ours
        f" to {_quoted(folder / path)} (format parquet, compression zstd)",
        [day],
    )
    return path


def _write_database(warehouse: duckdb.DuckDBPyConnection, folder: Path, files: dict[str, dict[str, DayFile]], version: int) -> str:
    """The small file: tables copied whole, and views that name the version's Parquet files one by one."""
    name = f"warehouse-{version:08d}.duckdb"
    target = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    warehouse.execute(f"attach {_quoted(target)} as published")
    try:
        for table in WHOLE:
            warehouse.execute(f"create table published.main.{table} as from main.{table}")
        for table, days in files.items():
            paths = ", ".join(_quoted(folder / file.path) for file in days.values())
            source = f"from read_parquet([{paths}], hive_partitioning = false)"
            if days:
                warehouse.execute(f"create view published.main.{table} as {source}")
            else:
                warehouse.execute(f"create table published.main.{table} as from main.{table} limit 0")
    finally:
        warehouse.execute("detach published")
    return name


def _retired(present: Manifest | None, manifest: Manifest) -> dict[str, float]:
    """Files that readers of earlier versions may still have open, with the moment each left the manifest."""
    if present is None:
        return {}
    left = dict.fromkeys(present.files() - manifest.files(), time.time())
    return left | {path: at for path, at in present.retired.items() if at > time.time() - KEEP_SECONDS}


def _remove_unreferenced(folder: Path, manifest: Manifest) -> None:
    """Files that left the manifest long enough ago, and what a crash wrote for a version that never came."""
    kept = manifest.files() | manifest.retired.keys()
    for path in [*folder.glob("warehouse-*.duckdb"), *folder.glob("data/*/*/*.parquet")]:
        if str(path.relative_to(folder)) not in kept:
            path.unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
