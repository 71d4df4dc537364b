"""Print the version of the installed package for ``voice --version``."""

from __future__ import annotations

import sys
from importlib.metadata import version

import typer

_PACKAGE = "voice-call-data-platform"


def print_version(wanted: bool) -> None:
    """Print the package's version and Python's, and end; does nothing unless it is wanted."""
    if wanted:
        typer.echo(f"voice {version(_PACKAGE)} (Python {sys.version_info.major}.{sys.version_info.minor})")
        raise typer.Exit
