"""Prepare the Dagster instance at ``$VOICE_HOME/dagster``, configured by ``orchestration/instance/dagster.yaml``."""

from __future__ import annotations

import shutil
from pathlib import Path

from contract.platform.settings import PROJECT_ROOT, Settings

CONFIGURATION = PROJECT_ROOT / "orchestration" / "instance" / "dagster.yaml"


def prepare_instance(settings: Settings) -> Path:
    """Create the folder, copy the repository's configuration into it, and return it for ``DAGSTER_HOME``."""
    home = settings.dagster_home.absolute()
    home.mkdir(parents=True, exist_ok=True)
    target = home / "dagster.yaml"
    if not target.exists() or target.read_bytes() != CONFIGURATION.read_bytes():
        shutil.copyfile(CONFIGURATION, target)
    return home
