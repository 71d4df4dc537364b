"""Measure how long the commands take that a person waits for, each a process of its own."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import orjson

from benchmarks.generated_calls import generated_calls
from benchmarks.measurement import Measurement, Part
from benchmarks.processes import VOICE, environment, run
from contract.document.delivery import deliver
from contract.platform.settings import Settings
from contract.platform.store import Store

RUNS = 5
"""Runs whose median is reported."""
_CALLS = 20
"""Calls in the home of the commands that only read."""
READ_SECONDS, IDLE_SECONDS, CALL_SECONDS = 1.0, 2.5, 6.0
"""Bounds: of a command that reads, of a run with nothing new, of a run of one new call."""
_BUILDS_FIRST = 3
"""Runs before the measured ones: the first build makes the warehouse, the second the script of those after it."""


def measure(folder: Path) -> list[Measurement]:
    variables, store = environment(folder), Store(Settings(home=folder, store="", now=None).store_uri)
    names = [arrive(store, seed) for seed in range(_CALLS)]
    for seed in range(_CALLS, _CALLS + _BUILDS_FIRST):
        arrive(store, seed)
        run([VOICE, "run"], variables)
    lone = [_run_of_one(store, seed, variables) for seed in range(100, 100 + RUNS)]
    platform, python = (_seconds([sys.executable, "-c", f"import {names}"], variables) for names in ("dagster, duckdb", "typer"))
    on = f"a home of some {_CALLS} calls, median of {RUNS}"
    read = {
        "voice status": ["status"],
        "voice query": ["query", "select count(*) from sessions"],
        "voice explain": ["explain", names[0]],
    }
    return [
        Measurement("commands", "voice run of one new call", median(lone), "s", on, platform, _IMPORTS, CALL_SECONDS),
        Measurement(
            "commands",
            "voice run with nothing new",
            _seconds([VOICE, "run"], variables),
            "s",
            on,
            python,
            _PYTHON,
            IDLE_SECONDS,
        ),
        *(
            Measurement("commands", name, _seconds([VOICE, *command], variables), "s", on, python, _PYTHON, READ_SECONDS)
            for name, command in read.items()
        ),
    ]


_IMPORTS = "starting Python with dagster and duckdb"
_PYTHON = "starting Python with typer"


def _run_of_one(store: Store, seed: int, variables: dict[str, str]) -> float:
    arrive(store, seed)
    return run([VOICE, "run"], variables).seconds


def _seconds(command: list[str | Path], variables: dict[str, str]) -> float:
    return median(run(command, variables).seconds for _ in range(RUNS))


def arrive(store: Store, seed: int) -> str:
    """Deliver one call that ends now, and return its session id."""
    now = datetime.now(UTC)
    (call,) = generated_calls(1, seed, now)
    deliver(store, orjson.dumps({**call, "end_time": None, "duration_seconds": None}), now=now)
    return call["session_id"]


COMMANDS = Part("commands", "How long does a person wait for a command?", measure)
