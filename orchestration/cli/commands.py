"""The commands by name. Each lives in a file of its own and imports what is heavy only when it runs."""

from __future__ import annotations

import typer

from orchestration.cli.analyze import analyze
from orchestration.cli.call import call
from orchestration.cli.check import check
from orchestration.cli.deliver import deliver
from orchestration.cli.doctor import doctor
from orchestration.cli.evaluate import evaluate
from orchestration.cli.explain import explain
from orchestration.cli.provision import provision
from orchestration.cli.query import query
from orchestration.cli.replay_fallbacks import replay_stand_ins
from orchestration.cli.replay_rejected import replay_rejected
from orchestration.cli.report import report
from orchestration.cli.run import run
from orchestration.cli.sandbox import sandbox
from orchestration.cli.search import search
from orchestration.cli.status import status
from orchestration.cli.sync import sync

commands = typer.Typer(
    name="voice",
    help="Voice calls in; analysis, warehouse and reports out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
for command in (
    *(call, deliver, analyze, evaluate, run, status, check, explain, query, search),
    *(sync, sandbox, replay_rejected, replay_stand_ins, doctor),
):
    commands.command()(command)
commands.add_typer(provision, name="provision", help="Create what the platform needs in other systems.")
commands.add_typer(report, name="report", help="Write the e-mail reports.")
