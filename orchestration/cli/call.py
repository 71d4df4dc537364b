"""Run ``voice call``: hold scripted calls with the real agent, without a network, and deliver them as a worker does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT, load_settings
from orchestration.cli.output import print_json, print_table, progress

if TYPE_CHECKING:
    from agent.offline.entrypoint import OfflineCall
    from agent.offline.script import Script

SCRIPTS = PROJECT_ROOT / "data" / "scripts"
_DEFAULT = SCRIPTS / "sales_ready.yml"


def call(
    scripts: Annotated[
        list[Path] | None,
        typer.Option("--script", help="A script or a folder of scripts; repeat the option for more.", exists=True),
    ] = None,
    audio: Annotated[
        bool, typer.Option("--audio", help="Use real sound (make audio-packages first); takes as long as the call.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="Skip scripts whose room was used before.")] = False,
    test: Annotated[
        bool, typer.Option("--test", help="Mark as test calls: they are analysed, but never counted or delivered.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print each session document as JSON.")] = False,
) -> None:
    """Hold scripted calls with the real agent offline, and deliver their session documents to the store."""
    from agent.offline.entrypoint import hold_offline
    from agent.offline.script import read_script
    from agent.settings import load_agent_settings

    settings, agent = load_settings(), load_agent_settings()
    chosen = [read_script(path) for path in _files(scripts or [_DEFAULT])]
    rows: list[tuple[object, ...]] = []
    waiting = False
    with progress({"call": "Calling"}) as advance:
        for script in chosen:
            held = asyncio.run(hold_offline(script, settings, agent, audio=audio, once=once, test_call=test))
            advance("call", 1, len(chosen))
            rows.append(_row(script, held))
            waiting = waiting or (held is not None and not held.stored)
            if json and held is not None:
                print_json(held.document.model_dump(mode="json"))
    if not json:
        print_table(f"{len(chosen)} calls", ("session", "turns", "seconds", "tools", "ended by", "document"), rows)
    if waiting:
        raise typer.Exit(1)


def _files(paths: list[Path]) -> list[Path]:
    files = [file for path in paths for file in (sorted(path.glob("*.yml")) if path.is_dir() else [path])]
    if not files:
        raise ConfigurationFailure("There is no script (*.yml) in the folder given.", "Give another folder, or a file.")
    return files


def _row(script: Script, held: OfflineCall | None) -> tuple[object, ...]:
    if held is None:
        return (script.room, None, None, None, None, "held before")
    document = held.document
    turns, tools = document.turn_taking.turn_count, len(document.tool_calls)
    stored = "stored" if held.stored else "waits in the spool"
    return (document.session_id, turns, document.duration_seconds, tools, document.disconnect_reason, stored)
