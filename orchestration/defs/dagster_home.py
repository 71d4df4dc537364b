"""Prepare the Dagster instance at ``$VOICE_HOME/dagster``: on SQLite files, or on the PostgreSQL of ``VOICE_DAGSTER_URL``."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from contract.platform.atomic_file import replace_file
from contract.platform.settings import PROJECT_ROOT, Settings, load_settings
from orchestration.defs.dagster_engines import keep_engines
from orchestration.postgres_server import connect
from orchestration.warehouse.lock import exclusive

CONFIGURATION = PROJECT_ROOT / "orchestration" / "instance" / "dagster.yaml"
ON_POSTGRESQL = PROJECT_ROOT / "deploy" / "dagster.yaml"
"""The same with its storage in PostgreSQL."""


def prepare_instance(settings: Settings) -> Path:
    """Create the folder, copy the repository's configuration into it, and return it for ``DAGSTER_HOME``."""
    home = settings.dagster_home.absolute()
    home.mkdir(parents=True, exist_ok=True)
    target = home / "dagster.yaml"
    wanted = (ON_POSTGRESQL if settings.dagster_url else CONFIGURATION).read_bytes()
    if not target.exists() or target.read_bytes() != wanted:
        replace_file(target, wanted)
    return home


@contextmanager
def open_instance(settings: Settings) -> Generator[dg.DagsterInstance]:
    """Open the instance; one process at a time may create its databases.

    Two first runs at once left Dagster's SQLite files with two heads of its migrations, and every later run ended in a traceback.
    ``ConfigurationFailure`` or ``TransientFailure`` when the PostgreSQL of ``VOICE_DAGSTER_URL`` cannot be used.
    """
    keep_engines()
    if settings.dagster_url:  # what Dagster itself would raise names the address
        connect(settings.dagster_url.get_secret_value(), "database of Dagster", "VOICE_DAGSTER_URL").close()
    with exclusive(settings.dagster_home / ".lock", "the Dagster instance", "Wait for it to end, then run again."):
        os.environ["DAGSTER_HOME"] = str(prepare_instance(settings))
        instance = dg.DagsterInstance.get()
    with instance:
        yield instance


if __name__ == "__main__":  # before Dagster's own processes, which create the databases all at once
    with open_instance(load_settings()):
        pass
