"""Bring PostgreSQL up to the published warehouse, one version at a time and each in one transaction.

The first time, and whenever another state of the project built the warehouse, everything is loaded into a schema beside the present
one and the two change names: readers go on with the old and then see the new, never an empty table. After that only the changed
sessions travel, with the leads, hours and days they touch.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg2

from contract.platform.failures import PermanentFailure, TransientFailure
from contract.platform.settings import Settings
from orchestration.postgres.changes import KEYS, count_of, find_changes
from orchestration.postgres.connection import exclusively, is_passing, serving_connection
from orchestration.postgres.copying import columns_of, copy_rows
from orchestration.postgres.rights import ANALYST, REPORTING, create_roles, grants
from orchestration.postgres.schema import create_table, keys_and_indexes
from orchestration.postgres.swapping import NEXT, drop_put_aside, require_ours, swap_in
from orchestration.postgres.tables import SCHEMA, SERVED, ServedTable
from orchestration.warehouse.comments import comments_in
from orchestration.warehouse.manifest import Manifest
from orchestration.warehouse.reader import open_version

_VERSIONS = """
create schema if not exists serving;
create table if not exists serving.versions (
    only_row boolean primary key default true check (only_row),
    version bigint not null, made_of text not null, content text, served_at timestamptz not null default now()
);
alter table serving.versions add column if not exists content text
"""

Columns = Mapping[str, dict[str, str]]


@dataclass(frozen=True)
class Served:
    """``version`` is the published one; ``rows`` were sent, of ``sessions`` changed; ``reloaded`` when everything was loaded."""

    version: int
    rows: int
    sessions: int
    reloaded: bool


def serve(settings: Settings) -> Served:
    """Serve the present published version; sending nothing when PostgreSQL has it already.

    ``TransientFailure`` when the connection breaks: what was under way is undone, and the next run does it again.
    """
    with serving_connection(settings) as connection:
        try:
            return _serve(settings, connection)
        except psycopg2.Error as error:
            if is_passing(error):
                raise TransientFailure("The serving database broke off.", "The next run serves what is missing.") from None
            raise PermanentFailure(
                f"The serving database refused ({type(error).__name__}, SQLSTATE {error.pgcode}).",
                "Look into its log; 'voice doctor' checks rights and settings.",
            ) from None


def _serve(settings: Settings, connection: Any) -> Served:
    """Choose the version when it is this process's turn: waiting for another one may take long."""
    cursor = connection.cursor()
    exclusively(cursor)
    cursor.execute(_VERSIONS)
    _ensure_roles(connection, cursor)
    connection.commit()
    warehouse, manifest = open_version(settings)
    with warehouse:
        served = _bring_up(settings, cursor, warehouse, manifest)
    connection.commit()
    drop_put_aside(connection)
    return served


def _bring_up(settings: Settings, cursor: Any, warehouse: duckdb.DuckDBPyConnection, manifest: Manifest) -> Served:
    columns = {table.name: columns_of(warehouse, table.name) for table in SERVED}
    made_of = _made_of(manifest, columns)
    wanted = (manifest.version, made_of, manifest.content_hash)
    cursor.execute("select version, made_of, content from serving.versions")
    present = cursor.fetchone()
    if present == wanted:
        return Served(manifest.version, 0, 0, reloaded=False)
    if present is None:
        require_ours(cursor)
    same_tables = present is not None and present[1] == made_of
    with _spill(settings) as folder:
        work = _send_changes if same_tables else _reload
        rows, sessions = work(warehouse, cursor, columns, folder, settings.business_tz)
    cursor.execute(
        "insert into serving.versions (version, made_of, content) values (%s, %s, %s) on conflict (only_row) do update"
        " set version = excluded.version, made_of = excluded.made_of, content = excluded.content, served_at = now()",
        wanted,
    )
    return Served(manifest.version, rows, sessions, reloaded=not same_tables)


@contextmanager
def _spill(settings: Settings) -> Generator[Path]:
    """Where rows lie on their way. It holds what callers said, so what a killed process left goes before anything new comes."""
    folder = settings.home / "serving"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made_of(manifest: Manifest, columns: Columns) -> str:
    """The columns, and the state of the project that built them: when either changes, old rows say nothing."""
    built_by = {file.fingerprint.rpartition(":")[2] for file in manifest.tables.get("sessions", {}).values()}
    return f"{sorted(built_by)} {columns} {SERVED}"


def _reload(warehouse: duckdb.DuckDBPyConnection, cursor: Any, columns: Columns, folder: Path, zone: str) -> tuple[int, int]:
    cursor.execute(f"drop schema if exists {NEXT} cascade; create schema {NEXT}")
    rows: dict[str, int] = {}
    for table in SERVED:
        cursor.execute(create_table(NEXT, table, columns[table.name]))
        rows[table.name] = copy_rows(warehouse, cursor, table, columns[table.name], "", folder, NEXT)
    database = warehouse.execute("select current_database()").fetchall()[0][0]
    comments = [comment.statement(NEXT) for comment in comments_in(warehouse, database)]
    for statement in (*keys_and_indexes(NEXT), *grants(NEXT, columns), *comments):
        cursor.execute(statement)
    cursor.execute(f"analyze {', '.join(f'{NEXT}.{table.name}' for table in SERVED)}")
    swap_in(cursor)
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
    return copy_rows(warehouse, cursor, table, columns, where, folder, SCHEMA)


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
