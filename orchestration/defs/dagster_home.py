"""The Dagster instance at ``$VOICE_HOME/dagster``, configured by ``orchestration/instance/dagster.yaml``."""

from __future__ import annotations

import shutil
from pathlib import Path

from contract.platform.settings import PROJECT_ROOT, Settings

CONFIGURATION = PROJECT_ROOT / "orchestration" / "instance" / "dagster.yaml"


def prepare_instance(settings: Settings) -> Path:
    """Make the folder and bring its configuration up to the repository's; the folder is what ``DAGSTER_HOME`` names."""
    home = settings.dagster_home.absolute()
    home.mkdir(parents=True, exist_ok=True)
    target = home / "dagster.yaml"
    if not target.exists() or target.read_bytes() != CONFIGURATION.read_bytes():
        shutil.copyfile(CONFIGURATION, target)
    return home
