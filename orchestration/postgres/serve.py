"""Bring PostgreSQL up to the published warehouse, one version at a time and each in one transaction.

The first time, and whenever another state of the project built the warehouse, everything is loaded into a schema beside the present
one and the two change names: readers go on with the old and then see the new, never an empty table. After that only the changed
sessions travel, with the leads, hours and days they touch, and only the files of changed days and months are read.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg2

from contract.platform.failures import PermanentFailure, TransientFailure
from contract.platform.settings import Settings
from orchestration.postgres.changes import ChangedPartitions, fingerprints_of
from orchestration.postgres.connection import exclusively, serving_connection
from orchestration.postgres.copying import columns_of, copy_rows
from orchestration.postgres.former import former_version, identity_of
from orchestration.postgres.rights import MENTIONS, ROLES, create_roles, grants, masked
from orchestration.postgres.schema import create_table, keys_and_indexes
from orchestration.postgres.sending import Columns, Sending
from orchestration.postgres.swapping import NEXT, drop_put_aside, require_ours, swap_in
from orchestration.postgres.tables import SERVED
from orchestration.postgres_server import is_passing
from orchestration.warehouse.comments import Comment, comments_in
from orchestration.warehouse.manifest import Manifest
from orchestration.warehouse.selection import PublishedVersion, open_for_selection

_VERSIONS = """
create schema if not exists serving;
create table if not exists serving.versions (
    only_row boolean primary key default true check (only_row),
    version bigint not null, made_of text not null, content text, served_at timestamptz not null default now()
);
alter table serving.versions add column if not exists content text;
alter table serving.versions add column if not exists fingerprints jsonb not null default '{}';
alter table serving.versions add column if not exists database text
"""

_NOTHING = (None, None, None, {}, None)
"""What is there before the first version."""


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
    with open_for_selection(settings) as version:
        served = _bring_up(settings, cursor, version)
    connection.commit()
    drop_put_aside(connection)
    return served


def _bring_up(settings: Settings, cursor: Any, version: PublishedVersion) -> Served:
    warehouse, manifest = version.connection, version.manifest
    columns = {table.name: columns_of(warehouse, table.name) for table in SERVED}
    made_of = _made_of(manifest, columns)
    wanted = (manifest.version, made_of, manifest.content_hash)
    cursor.execute("select version, made_of, content, fingerprints, database from serving.versions")
    version_there, *rest, fingerprints_there, database_there = cursor.fetchone() or _NOTHING
    if (version_there, *rest) == wanted:
        return Served(manifest.version, 0, 0, reloaded=False)
    if version_there is None:
        require_ours(cursor)
    same_tables = rest[0] == made_of
    fingerprints = fingerprints_of(manifest)
    with _spill(settings) as folder:
        if same_tables:
            changed = ChangedPartitions.between(fingerprints_there, fingerprints)
            with former_version(warehouse, manifest, database_there) as there:
                sending = Sending(version, cursor, columns, folder, changed, former=there)
                rows, sessions = sending.send_changes(settings.business_tz)
        else:
            rows, sessions = _reload(warehouse, cursor, columns, folder)
    database = identity_of(Path(manifest.root), manifest.database)
    cursor.execute(_SERVED_NOW, (*wanted, json.dumps(fingerprints), database))
    return Served(manifest.version, rows, sessions, reloaded=not same_tables)


_SERVED_NOW = """
insert into serving.versions (version, made_of, content, fingerprints, database) values (%s, %s, %s, %s, %s)
on conflict (only_row) do update set
    version = excluded.version, made_of = excluded.made_of, content = excluded.content, fingerprints = excluded.fingerprints,
    database = excluded.database, served_at = now()
"""


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
    """The columns, the state of the project that built them, and who may read what: when one changes, all is loaded again."""
    built_by = {file.fingerprint.rpartition(":")[2] for file in manifest.tables.get("sessions", {}).values()}
    return f"{sorted(built_by)} {columns} {SERVED} {[*grants(NEXT, columns)]}"


def _reload(warehouse: duckdb.DuckDBPyConnection, cursor: Any, columns: Columns, folder: Path) -> tuple[int, int]:
    cursor.execute(f"drop schema if exists {NEXT} cascade; create schema {NEXT}")
    rows: dict[str, int] = {}
    for table in SERVED:
        cursor.execute(create_table(NEXT, table, columns[table.name]))
        rows[table.name] = copy_rows(warehouse, cursor, table, columns[table.name], table.name, folder, f"{NEXT}.{table.name}")
    database = warehouse.execute("select current_database()").fetchall()[0][0]
    comments = _comments(comments_in(warehouse, database))
    for statement in (*keys_and_indexes(NEXT), *grants(NEXT, columns), *comments):
        cursor.execute(statement)
    cursor.execute(f"analyze {', '.join(f'{NEXT}.{table.name}' for table in SERVED)}")
    swap_in(cursor)
    return sum(rows.values()), rows["sessions"]


def _comments(comments: list[Comment]) -> list[str]:
    """Return the statements for tables, and for the masked views, whose columns mean the same."""
    of_views = (comment._replace(table=masked(comment.table)) for comment in comments if comment.table in MENTIONS)
    return [*(comment.statement(NEXT) for comment in comments), *(comment.statement(NEXT, "view") for comment in of_views)]


def _ensure_roles(connection: Any, cursor: Any) -> None:
    for role in ROLES:
        cursor.execute("select 1 from pg_roles where rolname = %s", (role,))
        if cursor.fetchone() is None:
            try:
                cursor.execute(f"create role {role} nologin")
            except psycopg2.errors.InsufficientPrivilege:
                connection.rollback()
                raise PermanentFailure(
                    "The serving user may not create roles.", f"Let a person who may run: {create_roles()}."
                ) from None
