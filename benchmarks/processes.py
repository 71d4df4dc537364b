"""Run this project's commands on a home of their own, and measure wall time and the memory of all their processes."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import psutil

from contract.platform.settings import PROJECT_ROOT, Settings
from orchestration.defs.dagster_home import prepare_instance

VOICE = Path(sys.executable).parent / "voice"
_SAMPLE_SECONDS = 0.05
"""Seconds between two samples of memory: shorter peaks may be missed."""
_STOP_SECONDS = 20
"""Seconds that a stopped daemon and its children have to end before they are killed; a step in mid-write takes a few."""
_MIB = 2**20
"""Bytes of a mebibyte."""


@dataclass(frozen=True)
class ProcessUsage:
    """Hold time and memory. ``peak_mib`` sums the resident memory of the process and its children; shared pages count in each.

    ``cpu_seconds`` are of them all too, and say more than ``seconds`` where other work shares the machine.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: float
    output: str


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return this environment without the platform's settings except its home."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("VOICE_", "DAGSTER_"))}
    return {**inherited, "VOICE_HOME": str(home), "DAGSTER_HOME": str(home / "dagster"), **more}


def run(command: Sequence[str | Path], environment: Mapping[str, str]) -> ProcessUsage:
    """Run to the end; a command that fails raises with what it printed."""
    began, cpu = time.perf_counter(), _cpu_of_children()
    process = subprocess.Popen(
        command, env=dict(environment), cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    done, peak = Event(), [0]
    sampler = Thread(target=_sample, args=(process.pid, done, peak))
    sampler.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - began
    done.set()
    sampler.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} ended with status {process.returncode}:\n{output}")
    return ProcessUsage(seconds, _cpu_of_children() - cpu, peak[0] / _MIB, output)


def _cpu_of_children() -> float:
    """Return the CPU seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _sample(pid: int, done: Event, peak: list[int]) -> None:
    while not done.wait(_SAMPLE_SECONDS):
        peak[0] = max(peak[0], _resident_bytes(pid))


def _resident_bytes(pid: int) -> int:
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    return sum(map(_own_resident_bytes, family))


def _own_resident_bytes(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return 0


@contextmanager
def daemon(settings: Settings, **more: str) -> Generator[None]:
    """Run ``dagster-daemon``, which starts the code server, until the block ends; its output goes to ``daemon.log``.

    ``more`` are settings by their variables.
    """
    prepare_instance(settings)
    command = [Path(sys.executable).parent / "dagster-daemon", "run", "-w", "workspace.yaml"]
    with (settings.home / "daemon.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment(settings.home, **more), stdout=log, stderr=log)
        try:
            yield
        finally:
            _stop(psutil.Process(process.pid))
            process.wait()


def _stop(process: psutil.Process) -> None:
    family = [*process.children(recursive=True), process]
    process.terminate()
    _, alive = psutil.wait_procs(family, timeout=_STOP_SECONDS)
    for survivor in alive:
        survivor.kill()
