"""Run ``voice analyze``: print the nine reports of documents as JSON lines; it reads files and changes nothing.

A paid engine also uses the budget that all runs share, in the operational database.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Annotated, Literal

import typer

from contract.document.delivery_paths import documents_under
from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import load_settings
from orchestration.cli.output import print_json


def analyze(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders of session documents.", exists=True)],
    engine: Annotated[Literal["embedded", "openai"] | None, typer.Option(help="Default: VOICE_ENGINE.")] = None,
) -> None:
    """Print the nine reports of each session, one JSON object per line."""
    from analyzers.command import analyze_documents
    from contract.reference import Reference
    from orchestration.annotation.engine import engine_for
    from orchestration.state.database import StateDatabase

    settings, reference = load_settings(), Reference()
    files = documents_under(paths)
    first = next(files, None)
    if first is None:
        raise ConfigurationFailure("There is no .json or .json.gz document under the paths given.", "Give another file or folder.")
    bodies = ((path.name, path.read_bytes()) for path in chain([first], files))
    chosen = engine_for(engine or settings.engine, settings, reference, lambda: StateDatabase(settings.state))
    for line in analyze_documents(bodies, chosen, reference, settings.clock(), settings.workers, settings.business_zone):
        print_json(line)
