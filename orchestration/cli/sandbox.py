"""Run ``voice sandbox``: fake vendors on loopback, without an account."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress
from typing import Annotated

import typer

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT, load_settings
from orchestration.cli.output import CONSOLE


def sandbox(
    command: Annotated[
        list[str] | None, typer.Argument(help="Command to run with the sandbox's settings; the sandbox stops after it.")
    ] = None,
    salesforce_port: Annotated[int, typer.Option(help="0 takes any free port.")] = 0,
    amplitude_port: Annotated[int, typer.Option(help="0 takes any free port.")] = 0,
) -> None:
    """Start the fake vendors; their data is stored under VOICE_HOME/sandbox, and each has an HTML page."""
    sys.path.insert(0, str(PROJECT_ROOT))
    try:
        from tests.fakes.sandbox import Sandbox
    except ImportError as error:
        raise ConfigurationFailure("The sandbox is part of the repository, not of the package.", "Run it from a clone.") from error
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # SIGINT may be ignored: so shells start what runs behind them
    with ExitStack() as stack:
        box = stack.enter_context(Sandbox(load_settings().home / "sandbox", salesforce_port, amplitude_port))
        if command:
            done = subprocess.run(command, env={**os.environ, **box.settings}, check=False)  # noqa: S603 - the user's own command
            status = done.returncode
        else:
            status = _wait(box.settings)
    CONSOLE.print(box.summary(), markup=False)
    if status:
        raise typer.Exit(status)


def _wait(settings: dict[str, str]) -> int:
    for name, value in settings.items():
        CONSOLE.print(f"export {name}={value}", markup=False)
    CONSOLE.print("Ctrl-C stops the sandbox and writes its pages.", markup=False)
    with suppress(KeyboardInterrupt):
        signal.pause()
    return 0
