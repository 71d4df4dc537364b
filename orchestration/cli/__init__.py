"""Run the ``voice`` command. Exit status: 0 done, 1 failed, 2 wrong usage or configuration. Every error says what to do."""

from __future__ import annotations

import sys

from contract.platform.failures import ConfigurationFailure, VoiceError
from orchestration.cli.commands import commands
from orchestration.cli.output import print_error


def app() -> None:
    """Run the command line; a ``VoiceError`` is printed as a problem and a remedy instead of a traceback."""
    try:
        commands()
    except ConfigurationFailure as failure:
        print_error(failure)
        sys.exit(2)
    except VoiceError as failure:
        print_error(failure)
        sys.exit(1)
