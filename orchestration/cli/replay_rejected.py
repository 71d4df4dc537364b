"""Run ``voice replay-rejected``: make rejected documents pending, so that the next run retries them."""

from __future__ import annotations

from typing import Annotated

import typer

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings, load_settings
from contract.rejections import RejectionReason
from orchestration.cli.output import CONSOLE, print_json


def replay_rejected(
    reason: Annotated[str | None, typer.Option(help="Only documents rejected for this reason.")] = None,
    queue: Annotated[bool, typer.Option("--queue", help="Drain the dead-letter queue of VOICE_QUEUE_URL instead.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Make rejected documents pending again, after the documents or the platform were fixed.

    With --queue, take in the messages of the dead-letter queue: documents that can be read by now become pending, and others are
    quarantined with their reason. A message stays whose document is nowhere.
    """
    if queue and reason is not None:
        raise typer.BadParameter("--reason is of documents, which a dead-letter queue does not know", param_hint="--queue")
    if queue:
        facts = _drain(load_settings())
        left = f"; {facts['left']} stay, because their document is not in the store" if facts["left"] else ""
        said = f"{facts['taken_in']} messages were taken in and deleted{left}; 'voice run' processes them."
    else:
        facts = {"pending_again": _make_pending(load_settings(), reason)}
        said = f"{facts['pending_again']} documents are pending again; 'voice run' processes them."
    print_json(facts) if json else CONSOLE.print(said)


def _make_pending(settings: Settings, reason: str | None) -> int:
    from orchestration.state.database import StateDatabase
    from orchestration.state.rejections import replay_rejected as make_pending

    reasons = [r.value for r in RejectionReason]
    if reason is not None and reason not in reasons:
        raise ConfigurationFailure(f"There is no reason {reason}.", f"Use one of: {', '.join(reasons)}.")
    with StateDatabase(settings.state).writing() as connection:
        return make_pending(connection, reason)


def _drain(settings: Settings) -> dict[str, int]:
    from orchestration.intake.queue_messages import take_in_dead_letters
    from orchestration.resources import Platform

    platform = Platform(settings)
    if platform.queue is None:
        raise ConfigurationFailure("No queue is configured.", "Set VOICE_QUEUE_URL.")
    taken = take_in_dead_letters(platform.queue.dead_letters(), platform.store, platform.state, platform.now())
    return {"taken_in": taken.done, "left": taken.left}
