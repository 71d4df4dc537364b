"""``voice replay-stand-ins``: sessions that the embedded engine had to annotate for another one are put to that one again."""

from __future__ import annotations

from typing import Annotated

import typer

from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE, say_json


def replay_stand_ins(
    reason: Annotated[str | None, typer.Option(help="Only those stood in for with this reason, e.g. openai:cost_ceiling.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Make sessions pending again that the embedded engine annotated in the place of the engine asked for."""
    from orchestration.annotation.fallbacks import replay
    from orchestration.resources import Platform

    platform = Platform(load_settings())
    replayed = replay(platform.state, platform.store, reason)
    say_json({"pending_again": replayed}) if json else CONSOLE.print(
        f"{replayed} documents are pending again; 'voice run' takes them up."
    )
