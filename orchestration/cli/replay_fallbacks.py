"""Run ``voice replay-fallbacks``: make fallbacks pending, so that the next run annotates them with the configured engine."""

from __future__ import annotations

from typing import Annotated

import typer

from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE, print_json


def replay_fallbacks(
    reason: Annotated[str | None, typer.Option(help="Only fallbacks with this reason, e.g. openai:cost_ceiling.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Make sessions pending again that fell back to the embedded engine."""
    from orchestration.annotation.fallbacks import replay
    from orchestration.resources import Platform

    platform = Platform(load_settings())
    replayed = replay(platform.state, platform.store, reason)
    print_json({"pending_again": replayed}) if json else CONSOLE.print(
        f"{replayed} documents are pending again; 'voice run' processes them."
    )
