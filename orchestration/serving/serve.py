"""Bringing PostgreSQL up to the published warehouse, one version at a time and each in one transaction.

The first time, and whenever another state of the project built the warehouse, everything is loaded into a schema beside the present
one and the two change names: readers go on with the old and then see the new, never an empty table. After that only the changed
sessions travel, with the leads, hours and days they touch.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg2

from contract.failures import PermanentFailure, TransientFailure
from contract.settings import Settings
from orchestration.serving.changes import KEYS, count_of, find_changes
from orchestration.serving.connection import exclusively, serving_connection
from orchestration.serving.copying import columns_of, copy_rows
from orchestration.serving.schema import ANALYST, REPORTING, create_roles, create_table, grants, keys_and_indexes
from orchestration.serving.tables import SCHEMA, SERVED, ServedTable
from orchestration.warehouse.comments import comments_in
from orchestration.warehouse.manifest import Manifest, read_manifest
from orchestration.warehouse.reader import open_published

_NEXT, _LAST = f"{SCHEMA}_next", f"{SCHEMA}_last"
_VERSIONS = """
create schema if not exists serving;
create table if not exists serving.versions (
    only_row boolean primary key default true check (only_row),
    version bigint not null, made_of text not null, served_at timestamptz not null default now()
)
"""

Columns = Mapping[str, dict[str, str]]


@dataclass(frozen=True)
class Served:
    """``version`` is the published one; ``rows`` were sent, ``sessions`` of them changed; ``anew`` when everything was loaded."""

    version: int
    rows: int
    sessions: int
    anew: bool


def serve(settings: Settings) -> Served:
    """Serve the present published version; sending nothing when PostgreSQL has it already.

    ``TransientFailure`` when the connection breaks: what was under way is undone, and the next run does it again.
    """
    with serving_connection(settings) as connection, open_published(settings) as warehouse:
        try:
            return _serve(settings, connection, warehouse)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise TransientFailure("The serving database broke off.", "The next run serves what is missing.") from None
        except psycopg2.Error as error:
            raise PermanentFailure(
                f"The serving database refused ({type(error).__name__}, SQLSTATE {error.pgcode}).",
                "Look into its log; 'voice doctor' checks rights and settings.",
            ) from None


def _serve(settings: Settings, connection: Any, warehouse: duckdb.DuckDBPyConnection) -> Served:
    cursor = connection.cursor()
    exclusively(cursor)
    cursor.execute(_VERSIONS)
    _ensure_roles(connection, cursor)
    connection.commit()
    manifest = read_manifest(settings.published_dir)
    if manifest is None:
        raise PermanentFailure("Nothing has been published yet.", "Run 'voice run' first.")
    columns = {table.name: columns_of(warehouse, table.name) for table in SERVED}
    made_of = _made_of(manifest, columns)
    cursor.execute("select version, made_of from serving.versions")
    present = cursor.fetchone()
    if present == (manifest.version, made_of):
        return Served(manifest.version, 0, 0, anew=False)
    with tempfile.TemporaryDirectory(dir=settings.home) as folder:
        same_tables = present is not None and present[1] == made_of
        work = _send_changes if same_tables else _load_anew
        rows, sessions = work(warehouse, cursor, columns, Path(folder), settings.business_tz)
    cursor.execute(
        "insert into serving.versions (version, made_of) values (%s, %s)"
        " on conflict (only_row) do update set version = excluded.version, made_of = excluded.made_of, served_at = now()",
        (manifest.version, made_of),
    )
    connection.commit()
    return Served(manifest.version, rows, sessions, anew=not same_tables)


def _made_of(manifest: Manifest, columns: Columns) -> str:
    """The columns, and the state of the project that built them: when either changes, old rows say nothing."""
    built_by = {file.fingerprint.rpartition(":")[2] for file in manifest.tables.get("sessions", {}).values()}
    return f"{sorted(built_by)} {columns} {SERVED}"


def _load_anew(warehouse: duckdb.DuckDBPyConnection, cursor: Any, columns: Columns, folder: Path, zone: str) -> tuple[int, int]:
    cursor.execute(f"drop schema if exists {_NEXT} cascade; create schema {_NEXT}")
    rows: dict[str, int] = {}
    for table in SERVED:
        cursor.execute(create_table(_NEXT, table, columns[table.name]))
        rows[table.name] = copy_rows(warehouse, cursor, table.name, columns[table.name], "", folder, _NEXT)
    database = warehouse.execute("select current_database()").fetchall()[0][0]
    comments = [comment.statement(_NEXT) for comment in comments_in(warehouse, database)]
    for statement in (*keys_and_indexes(_NEXT), *grants(_NEXT, columns), *comments):
        cursor.execute(statement)
    cursor.execute(f"analyze {', '.join(f'{_NEXT}.{table.name}' for table in SERVED)}")
    cursor.execute("select 1 from information_schema.schemata where schema_name = %s", (SCHEMA,))
    if cursor.fetchone():
        cursor.execute(f"drop schema if exists {_LAST} cascade; alter schema {SCHEMA} rename to {_LAST}")
    cursor.execute(f"alter schema {_NEXT} rename to {SCHEMA}; drop schema if exists {_LAST} cascade")
    return sum(rows.values()), rows["sessions"]


def _send_changes(warehouse: duckdb.DuckDBPyConnection, cursor: Any, columns: Columns, folder: Path, zone: str) -> tuple[int, int]:
    find_changes(warehouse, cursor, folder, zone)
    for key in KEYS:
        keys = warehouse.execute(f"select {key} from changed_{key} where {key} is not null").fetchall()  # noqa: S608 - names of ours
        for table in SERVED:
            if table.renewed_by == key and keys:
                cursor.execute(
                    f"delete from {SCHEMA}.{table.name} where {key} = any(%s)",  # noqa: S608 - names of ours
                    ([value for (value,) in keys],),
                )
    rows = sum(_send(warehouse, cursor, table, columns[table.name], folder) for table in SERVED)
    return rows, count_of(warehouse, "session_id")


def _send(warehouse: duckdb.DuckDBPyConnection, cursor: Any, table: ServedTable, columns: dict[str, str], folder: Path) -> int:
    if table.renewed_by == "whole":
        cursor.execute(f"delete from {SCHEMA}.{table.name}")  # noqa: S608 - names of ours
        where = ""
    else:
        where = f"where t.{table.renewed_by} in (select {table.renewed_by} from changed_{table.renewed_by})"  # noqa: S608 - names of ours
    return copy_rows(warehouse, cursor, table.name, columns, where, folder, SCHEMA)


def _ensure_roles(connection: Any, cursor: Any) -> None:
    for role in (REPORTING, ANALYST):
        cursor.execute("select 1 from pg_roles where rolname = %s", (role,))
        if cursor.fetchone() is None:
            try:
                cursor.execute(f"create role {role} nologin")
            except psycopg2.errors.InsufficientPrivilege:
                connection.rollback()
                raise PermanentFailure(
                    "The serving user may not create roles.", f"Let a person who may run: {create_roles()}."
                ) from None
