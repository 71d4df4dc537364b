"""Prepare the Dagster instance at ``$VOICE_HOME/dagster``, configured by ``orchestration/instance/dagster.yaml``."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from contract.platform.atomic_file import replace_file
from contract.platform.settings import PROJECT_ROOT, Settings, load_settings
from orchestration.defs.dagster_engines import keep_engines
from orchestration.warehouse.lock import exclusive

CONFIGURATION = PROJECT_ROOT / "orchestration" / "instance" / "dagster.yaml"


def prepare_instance(settings: Settings) -> Path:
    """Create the folder, copy the repository's configuration into it, and return it for ``DAGSTER_HOME``."""
    home = settings.dagster_home.absolute()
    home.mkdir(parents=True, exist_ok=True)
    target = home / "dagster.yaml"
    if not target.exists() or target.read_bytes() != CONFIGURATION.read_bytes():
        replace_file(target, CONFIGURATION.read_bytes())
    return home


@contextmanager
def open_instance(settings: Settings) -> Generator[dg.DagsterInstance]:
    """Open the instance; one process at a time may create its databases.

    Two first runs at once left Dagster's SQLite files with two heads of its migrations, and every later run ended in a traceback.
    """
    keep_engines()
    with exclusive(settings.dagster_home / ".lock", "the Dagster instance", "Wait for it to end, then run again."):
        os.environ["DAGSTER_HOME"] = str(prepare_instance(settings))
        instance = dg.DagsterInstance.get()
    with instance:
        yield instance


if __name__ == "__main__":  # before Dagster's own processes, which create the databases all at once
    with open_instance(load_settings()):
        pass
