"""Register the commands by name. Each is a file of its own that imports heavy libraries only when it runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Annotated, Any

import typer

from contract.platform.failures import ConfigurationFailure
from contract.platform.private_files import keep_private
from contract.platform.settings import load_settings
from orchestration.cli.alerts import alerts
from orchestration.cli.analyze import analyze
from orchestration.cli.backfill import backfill
from orchestration.cli.call import call
from orchestration.cli.check import check
from orchestration.cli.copy_state import copy_state
from orchestration.cli.deliver import deliver
from orchestration.cli.doctor import doctor
from orchestration.cli.evaluate import evaluate
from orchestration.cli.explain import explain
from orchestration.cli.misspelt import misspelt_settings
from orchestration.cli.output import ERRORS
from orchestration.cli.provision import provision
from orchestration.cli.query import query
from orchestration.cli.replay_fallbacks import replay_fallbacks
from orchestration.cli.replay_rejected import replay_rejected
from orchestration.cli.report import report
from orchestration.cli.run import run
from orchestration.cli.sample_history import sample_history
from orchestration.cli.sandbox import sandbox
from orchestration.cli.search import search
from orchestration.cli.serve import serve
from orchestration.cli.status import status
from orchestration.cli.sync import sync
from orchestration.cli.version import print_version
from orchestration.deprecated import COMMANDS

commands = typer.Typer(
    name="voice",
    help="Turn voice calls into analyses, a warehouse, reports and deliveries.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


@commands.callback()
def before_every_command(
    version: Annotated[bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Turn voice calls into analyses, a warehouse, reports and deliveries."""
    for warning in misspelt_settings(os.environ):
        ERRORS.print(warning, markup=False, soft_wrap=True)
    with suppress(ConfigurationFailure):  # the command itself reports it, and --help needs no settings
        keep_private(load_settings())


for command in (
    *(call, deliver, analyze, evaluate, run, status, check, explain, query, search),
    *(serve, sync, sandbox, sample_history, replay_rejected, replay_fallbacks, backfill, copy_state, doctor),
):
    commands.command()(command)


def _renamed(present: str, command: Callable[..., None]) -> Callable[..., None]:
    """Make a command for a former name: it prints the present name on standard error, then does the work."""

    @wraps(command)
    def former(*arguments: Any, **options: Any) -> None:
        ERRORS.print(f"This command is now called 'voice {present}'; the next release removes the former name.", markup=False)
        command(*arguments, **options)

    return former


for former_name, present_name in COMMANDS.items():
    callback = next(
        c.callback for c in commands.registered_commands if c.callback and c.callback.__name__ == present_name.replace("-", "_")
    )
    commands.command(former_name, hidden=True)(_renamed(present_name, callback))
commands.add_typer(provision, name="provision", help="Create what the platform needs in other systems.")
commands.add_typer(alerts, name="alerts", help="List, acknowledge and silence alerts; replay their rules over past calls.")
commands.add_typer(report, name="report", help="Write the e-mail reports.")
