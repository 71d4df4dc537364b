"""Open the published warehouse read-only; readers never open the writer's file."""

from __future__ import annotations

import time

import duckdb

from contract.platform.failures import ConfigurationFailure, TransientFailure
from contract.platform.settings import Settings
from orchestration.warehouse.manifest import Manifest, read_manifest

_TRIES = 5
"""Attempts, with a pause of 0.05 s after the first, doubled each time: 1.55 s in all, far longer than a swap."""


def open_published(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open a connection to the present version; retried when that version was replaced and removed meanwhile.

    Raises ``ConfigurationFailure`` before the first publication, ``TransientFailure`` when no version can be opened.
    """
    return open_version(settings)[0]


def open_version(settings: Settings) -> tuple[duckdb.DuckDBPyConnection, Manifest]:
    """Do as ``open_published`` and return the manifest of exactly the opened version: a newer one may appear at any time."""
    folder = settings.published_dir
    for attempt in range(_TRIES):
        manifest = read_manifest(folder)
        if manifest is None:
            raise ConfigurationFailure("Nothing has been published yet.", "Run 'voice run' first.")
        try:
            connection = duckdb.connect(str(folder / manifest.database), read_only=True)
        except duckdb.Error:
            time.sleep(0.05 * 2**attempt)
        else:
            connection.execute("set TimeZone = 'UTC'")
            return connection, manifest
    raise TransientFailure("The published warehouse cannot be opened.", "Run 'voice run' to publish it again.")
