"""Publish the warehouse: big tables as Parquet by day or month, small tables and views in a small DuckDB file (spec 8.3).

Changed partitions are found by comparing each fingerprint with the manifest's, so that a crash between a build and its
publication loses nothing. A version is complete before the manifest names it; readers of the old version continue. What tools open
by a path that never changes is replaced last, and again by the next call when this one was killed before.
"""

from __future__ import annotations

import time
from hashlib import sha256
from pathlib import Path

import duckdb

from contract.platform.batching import batches
from contract.platform.failures import PermanentFailure
from contract.platform.settings import Settings
from orchestration.warehouse.comments import comments_in
from orchestration.warehouse.lock import warehouse_lock
from orchestration.warehouse.manifest import Manifest, PartitionFile, read_manifest, replace_manifest
from orchestration.warehouse.partitions import (
    PARTITIONED,
    TABLES,
    WHOLE,
    Fingerprints,
    Partitioned,
    fingerprints,
    whole_fingerprint,
)
from orchestration.warehouse.stable_file import replace_stable_file

KEEP_SECONDS = 600
"""How long a file is kept after it left the manifest, so that queries of the previous version can end."""
_AT_A_TIME = 8
"""Partitions read in one pass: fewer passes over the table, and no more than eight days or months of it in memory."""


def publish(settings: Settings) -> Manifest:
    """Publish what changed in the writer's warehouse and return the manifest; the present one when nothing has changed.

    Raises ``PermanentFailure`` when there is no warehouse yet.
    """
    folder = settings.published_dir.absolute()
    if not settings.warehouse_path.exists():
        raise PermanentFailure("There is no warehouse to publish yet.", "Run 'voice run' first.")
    with warehouse_lock(settings), duckdb.connect() as warehouse:
        warehouse.execute("set TimeZone = 'UTC'")
        warehouse.execute("set memory_limit = ?", [settings.warehouse_memory])
        warehouse.execute(f"attach {_quoted(settings.warehouse_path)} as writer (read_only)")
        warehouse.execute("use writer")
        present = read_manifest(folder)
        made_of = fingerprints(warehouse, _built_by(settings))
        small = "|".join(whole_fingerprint(warehouse, table) for table in WHOLE)
        if present and present.root == str(folder) and present.small_fingerprint == small and _same(present, made_of):
            replace_stable_file(folder, present.database)
            return present
        version = present.version + 1 if present else 1
        files = {p.table: _write(warehouse, folder, p, made_of[p.table], present, version) for p in PARTITIONED}
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
        replace_stable_file(folder, database)
        _remove_unreferenced(folder, manifest)
    return manifest


def _built_by(settings: Settings) -> str:
    """Return the short hash of the dbt project that built the warehouse."""
    path = settings.warehouse_path.with_name("built_by")
    return sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else "unknown"


def _same(present: Manifest, made_of: Fingerprints) -> bool:
    return {t: {name: file.fingerprint for name, file in files.items()} for t, files in present.tables.items()} == made_of


def _write(
    warehouse: duckdb.DuckDBPyConnection,
    folder: Path,
    partitioned: Partitioned,
    made_of: dict[str, str],
    present: Manifest | None,
    version: int,
) -> dict[str, PartitionFile]:
    """Return the files of one table: unchanged ones, and new ones for partitions that have changed."""
    known = present.tables.get(partitioned.table, {}) if present else {}
    files = {name: file for name, file in known.items() if file.fingerprint == made_of.get(name) and (folder / file.path).exists()}
    changed = sorted(made_of.keys() - files.keys())
    for names in batches(changed, _AT_A_TIME):
        _gather(warehouse, partitioned, names)
        for name in names:
            path = f"data/{partitioned.table}/{partitioned.grain}={name}/{version:08d}.parquet"
            _copy(warehouse, folder / path, name)
            files[name] = PartitionFile(path=path, fingerprint=made_of[name])
    return dict(sorted(files.items()))


def _gather(warehouse: duckdb.DuckDBPyConnection, partitioned: Partitioned, names: list[str]) -> None:
    """Copy the rows of some partitions into ``temp.changed``."""
    if not partitioned.follows_session:
        warehouse.execute(f"create or replace temp table changed as select * from {partitioned.rows(names)}")  # noqa: S608 - own names
        return
    warehouse.execute(f"create or replace temp table changed as select * from {partitioned.rows(names)} limit 0")  # noqa: S608 - own names
    for span in warehouse.execute(partitioned.spans(names)).fetchall():
        warehouse.execute(f"insert into temp.changed select * from {partitioned.rows(names, spanned=True)}", span)  # noqa: S608 - own names


def _copy(warehouse: duckdb.DuckDBPyConnection, path: Path, partition: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    warehouse.execute(
        f"copy (select * exclude (_partition) from temp.changed where _partition = ? order by all)"  # noqa: S608 - own names
        f" to {_quoted(path)} (format parquet, compression zstd)",
        [partition],
    )


def _write_database(
    warehouse: duckdb.DuckDBPyConnection, folder: Path, files: dict[str, dict[str, PartitionFile]], version: int
) -> str:
    """Write the small file: tables copied whole, and views that name the version's Parquet files one by one."""
    name = f"warehouse-{version:08d}.duckdb"
    target = folder / name
    folder.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    warehouse.execute(f"attach {_quoted(target)} as published")
    try:
        warehouse.begin()  # one transaction: each of the hundreds of comments would wait for the disk by itself
        _fill(warehouse, folder, files)
        warehouse.commit()
    finally:
        warehouse.execute("detach published")
    return name


def _fill(warehouse: duckdb.DuckDBPyConnection, folder: Path, files: dict[str, dict[str, PartitionFile]]) -> None:
    for table in WHOLE:
        warehouse.execute(f"create table published.main.{table} as from main.{table}")
    for table, partitions in files.items():
        paths = ", ".join(_quoted(folder / file.path) for file in partitions.values())
        source = f"from read_parquet([{paths}], hive_partitioning = false)"
        if partitions:
            warehouse.execute(f"create view published.main.{table} as {source}")
        else:
            warehouse.execute(f"create table published.main.{table} as from main.{table} limit 0")
    for comment in comments_in(warehouse, "writer"):
        if comment.table in TABLES:
            kind = "view" if files.get(comment.table) else "table"
            warehouse.execute(comment.statement("published.main", kind))


def _retired(present: Manifest | None, manifest: Manifest) -> dict[str, float]:
    """Return files that readers of earlier versions may still have open, with the time each left the manifest."""
    if present is None:
        return {}
    left = dict.fromkeys(present.files() - manifest.files(), time.time())
    return left | {path: at for path, at in present.retired.items() if at > time.time() - KEEP_SECONDS}


def _remove_unreferenced(folder: Path, manifest: Manifest) -> None:
    """Delete files that left the manifest long enough ago, and files of versions that a crash left unpublished."""
    kept = manifest.files() | manifest.retired.keys()
    for path in [*folder.glob("warehouse-*.duckdb"), *folder.glob("data/*/*/*.parquet")]:
        if str(path.relative_to(folder)) not in kept:
            path.unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
