"""Run ``voice replay-rejected``: make rejected documents pending, so that the next run retries them."""

from __future__ import annotations

from typing import Annotated

import typer

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import load_settings
from contract.rejections import RejectionReason
from orchestration.cli.output import CONSOLE, print_json


def replay_rejected(
    reason: Annotated[str | None, typer.Option(help="Only documents rejected for this reason.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Make rejected documents pending again, after the documents or the platform were fixed."""
    from orchestration.state.database import StateDatabase
    from orchestration.state.rejections import replay_rejected as make_pending

    reasons = [r.value for r in RejectionReason]
    if reason is not None and reason not in reasons:
        raise ConfigurationFailure(f"There is no reason {reason}.", f"Use one of: {', '.join(reasons)}.")
    with StateDatabase(load_settings().state).writing() as connection:
        replayed = make_pending(connection, reason)
    print_json({"pending_again": replayed}) if json else CONSOLE.print(
        f"{replayed} documents are pending again; 'voice run' processes them."
    )
