"""Processes that a test kills or lets run beside each other, forked from one that has imported the platform.

A start by ``subprocess`` would spend 5 s of CPU on imports each time; a fork is as much a process of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

FORKED = multiprocessing.get_context("forkserver")
# One server serves all tests of a worker, so what any of them needs is named here.
FORKED.set_forkserver_preload(
    [
        "agent.offline.entrypoint",
        "dagster._core.storage.sqlite_storage",
        "dbt.adapters.duckdb",
        "dbt.cli.main",
        "orchestration.backfill.runner",
        "orchestration.cli.commands",
        "orchestration.intake.queue_messages",
        "orchestration.local_run",
        "tests.orchestration.alerts.killed_sending",
        "tests.orchestration.destinations.killed_sync",
        "upath",
    ]
)


def start_voice(arguments: list[str], variables: Mapping[str, str], output: Path) -> ForkServerProcess:
    """Start ``voice`` with these arguments and environment; what it prints goes into a file."""
    process = FORKED.Process(target=_voice, args=(arguments, dict(variables), output))
    process.start()
    return process


def _voice(arguments: list[str], variables: dict[str, str], output: Path) -> None:
    from orchestration.cli import app

    os.environ.clear()
    os.environ.update(variables)
    with output.open("wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    sys.argv = ["voice", *arguments]
    app()
