"""Run ``voice copy-state``: bring the operational database from SQLite into PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE, print_json, print_table


def copy_state(
    source: Annotated[Path | None, typer.Option("--from", help="SQLite file to copy. Default: $VOICE_HOME/state.db.")] = None,
    json_output: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Copy the operational database from SQLite into the empty PostgreSQL of VOICE_STATE_URL, and compare every row."""
    from orchestration.state import copying
    from orchestration.state.database import StateDatabase

    settings = load_settings()
    path = source or settings.state_path
    if settings.state_url is None:
        raise ConfigurationFailure("VOICE_STATE_URL is not set.", "Set it to the PostgreSQL that the state is to be copied into.")
    if not path.is_file():
        raise ConfigurationFailure(
            f"There is no state database {path.name} to copy.", "Check VOICE_HOME, or name the file by --from."
        )
    old, new = StateDatabase(path), StateDatabase(settings.state_url)
    try:
        copied = copying.copy_state(old, new, settings.clock())
    finally:
        old.close()
        new.close()
    if json_output:
        print_json({"changed": copied.changed, "rows": copied.rows})
        return
    print_table("Copied" if copied.changed else "Nothing to copy: both hold the same", ("table", "rows"), list(copied.rows.items()))
    CONSOLE.print("Every row is the same in both. Start the services with VOICE_STATE_URL; then remove the file.", markup=False)
