"""Find what a build takes from outside the warehouse: the files it reads, how far the mirror of the ledger has come, and how the
ledger is read.

Only these values differ between two builds of one project, so its SQL can be prepared (``build_script``).
"""

from __future__ import annotations

import glob
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import case, func, select

from contract.document.keys import LAKE
from contract.platform.atomic_file import replace_file
from contract.platform.settings import Settings
from contract.platform.store import Store
from orchestration.state.database import SCHEMA, StateDatabase
from orchestration.state.tables import BUILD_BATCH, DOCUMENTS
from orchestration.warehouse.environment import lake_root
from orchestration.warehouse.lake import SEQUENCE_DIGITS, day_folder
from orchestration.warehouse.lake_schemas import lake_schema

Inputs = dict[str, str]
"""SQL by the name that the macro ``build_input`` is called with."""

_OF_SESSIONS = ("session_documents", "analysis_results")
_INBOUND = ("crm_opportunities",)
_NOTHING_MIRRORED = -1
"""Below the first change of every ledger."""


def build_inputs(settings: Settings, *, full: bool) -> Inputs:
    """Return the inputs of a build of the sessions in ``state.build_batch``, or of every part of the lake when it is ``full``."""
    store, root = Store(settings.store_uri), lake_root(settings.store_uri)
    days = None if full else _touched_days(settings)
    parts = {asset: _parts(store, asset, days) for asset in _OF_SESSIONS} | {name: _parts(store, name) for name in _INBOUND}
    history = sorted(settings.evaluations_dir.absolute().glob("history.jsonl"))
    files = {asset: [_empty_part(settings, asset), *(root + _escaped(key) for key in keys)] for asset, keys in parts.items()}
    return {
        **{asset: _listed(paths) for asset, paths in files.items()},
        "evaluations": _listed([_empty_lines(settings), *(_escaped(str(path)) for path in history)]),
        "mirrored_change": str(_mirrored_change(settings)),
        "state_query": "sqlite_query" if isinstance(settings.state, Path) else "postgres_query",
        "state_schema": "main" if isinstance(settings.state, Path) else SCHEMA,
    }


def _touched_days(settings: Settings) -> dict[date, int]:
    """Return the days of the build's sessions with the lowest sequence of the parts to read.

    A session that was never built has all its versions in parts written since the last build; any other session has older
    versions in older parts, perhaps of another day.
    """
    c, of_build = DOCUMENTS.c, BUILD_BATCH.c
    first = func.min(case((of_build.fresh, of_build.first_seq), else_=0))
    due = select(c.day, first).join(BUILD_BATCH, of_build.session_id == c.session_id).where(c.analysis_seq.is_not(None))
    with StateDatabase(settings.state).reading() as connection:
        return dict(connection.execute(due.group_by(c.day).order_by(c.day)).tuples().all())


def _parts(store: Store, asset: str, days: Mapping[date, int] | None = None) -> list[str]:
    """Return the parts of some days, from a sequence on, or of all days; each is a path below the lake's root."""
    if days is None:
        found = [part.key for part in store.list(f"{LAKE}/{asset}/")]
    else:
        found = [
            part.key
            for day, first_seq in days.items()
            for part in store.list(day_folder(asset, day))
            if Path(part.key).name >= f"{first_seq:0{SEQUENCE_DIGITS}d}"
        ]
    return sorted(key.removeprefix(LAKE) for key in found if key.endswith(".parquet"))


def _empty_part(settings: Settings, asset: str) -> str:
    """Return a part without rows, which declares the columns also when the lake has no part of the asset."""
    path = _folder(settings) / f"{asset}.parquet"
    schema = lake_schema(asset)
    if not path.exists() or pq.read_schema(path) != schema:
        sink = pa.BufferOutputStream()
        pq.write_table(schema.empty_table(), sink)
        replace_file(path, sink.getvalue().to_pybytes())
    return _escaped(str(path))


def _empty_lines(settings: Settings) -> str:
    path = _folder(settings) / "empty.jsonl"
    path.touch()
    return _escaped(str(path))


def _folder(settings: Settings) -> Path:
    folder = settings.warehouse_path.absolute().parent / "empty"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _mirrored_change(settings: Settings) -> int:
    """Return the latest change of the ledger that the warehouse mirrors; below all changes when it mirrors none."""
    if not settings.warehouse_path.exists():
        return _NOTHING_MIRRORED
    try:
        with duckdb.connect(str(settings.warehouse_path)) as warehouse:
            found = warehouse.execute("select max(change_seq) from main.session_ledger").fetchall()[0][0]
    except duckdb.Error:  # a file without the table, or none of DuckDB's: the build says so
        return _NOTHING_MIRRORED
    return _NOTHING_MIRRORED if found is None else found


def _escaped(path: str) -> str:
    """Return the path as DuckDB reads it: what looks like a pattern stands for itself."""
    return glob.escape(path)


def _listed(paths: Iterable[str]) -> str:
    """Return the paths as SQL literals with commas between them."""
    return ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
