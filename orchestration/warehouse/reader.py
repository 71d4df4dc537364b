"""Open the published warehouse read-only; readers never open the writer's file."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from contract.platform.failures import ConfigurationFailure, TransientFailure
from contract.platform.settings import Settings
from orchestration.warehouse.manifest import Manifest, read_manifest

_TRIES = 5
"""Attempts, with a pause of 0.05 s after the first, doubled each time: 1.55 s in all, far longer than a swap."""


_LOCKS = (
    ("temp_directory", "''"),
    ("python_enable_replacements", "false"),
    ("autoinstall_known_extensions", "false"),
    ("autoload_known_extensions", "false"),
    ("allow_community_extensions", "false"),
    ("enable_external_access", "false"),
    ("lock_configuration", "true"),
)
"""Settings of DuckDB that hold for SQL of a person, in the order in which they are set: the last one locks them all."""


def open_published(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open a connection to the present version; retried when that version was replaced and removed meanwhile.

    Raises ``ConfigurationFailure`` before the first publication, ``TransientFailure`` when no version can be opened.
    """
    return open_version(settings)[0]


def open_for_queries(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open the present version for SQL that a person wrote: it reads the published folder and no other file, and stays so.

    Run the SQL with ``read_only_sql.execute_read_only``, which refuses what these locks let through. Nothing spills to the disk: a
    query that needs more memory than there is fails. Raises as ``open_published`` does.
    """
    return _present(settings, _locked)[0]


def open_version(settings: Settings) -> tuple[duckdb.DuckDBPyConnection, Manifest]:
    """Do as ``open_published`` and return the manifest of exactly the opened version: a newer one may appear at any time."""
    return _present(settings, _connected)


def _present(
    settings: Settings, connect: Callable[[Path, Manifest], duckdb.DuckDBPyConnection]
) -> tuple[duckdb.DuckDBPyConnection, Manifest]:
    folder = settings.published_dir
    for attempt in range(_TRIES):
        manifest = read_manifest(folder)
        if manifest is None:
            raise ConfigurationFailure("Nothing has been published yet.", "Run 'voice run' first.")
        try:
            connection = connect(folder / manifest.database, manifest)
        except duckdb.Error:
            time.sleep(0.05 * 2**attempt)
        else:
            return connection, manifest
    raise TransientFailure("The published warehouse cannot be opened.", "Run 'voice run' to publish it again.")


def _connected(database: Path, _: Manifest) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(database), read_only=True)
    connection.execute("set TimeZone = 'UTC'")
    return connection


def _locked(database: Path, manifest: Manifest) -> duckdb.DuckDBPyConnection:
    """Attach the file to a database of its own: readers of one file in one process share an instance, and its locks."""
    quoted = "'" + str(database).replace("'", "''") + "'"
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"attach {quoted} as published (read_only)")
    connection.execute("use published")
    connection.execute("set allowed_directories = [?]", [manifest.root])
    for setting, value in _LOCKS:
        connection.execute(f"set {setting} = {value}")
    return connection
