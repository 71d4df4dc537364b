"""Runs are forked from a process that has imported the platform, and can be cancelled like any other."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import psutil
import pytest

from orchestration.defs.warm_launcher import PID_TAG, WarmRunLauncher, WarmWorker

LONGEST_WAIT_SECONDS = 120
"""Seconds until a worker has surely imported the platform, or a run has surely ended."""


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WarmWorker]:
    monkeypatch.setenv("VOICE_HOME", str(tmp_path / "home"))
    worker = WarmWorker("as it is loaded now")
    yield worker
    worker.close()


def gone(pid: int) -> bool:
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    while psutil.pid_exists(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not psutil.pid_exists(pid)


def test_each_run_is_a_process_of_its_own_and_leaves_no_zombie(worker: WarmWorker):
    first, second = worker.start(["--version"]), worker.start(["--version"])
    assert first != second
    assert gone(first)
    assert gone(second)
    assert worker.alive()


def test_a_worker_that_ended_says_so_instead_of_losing_the_run(worker: WarmWorker):
    worker.start(["--version"])
    worker.close()
    with pytest.raises((OSError, ValueError)):
        worker.start(["--version"])


def test_cancelling_interrupts_the_process_of_a_run_and_no_other(worker: WarmWorker):
    """A pid may belong to something else by the time somebody cancels a run."""
    worker.start(["--version"])
    with subprocess.Popen(["sleep", "600"]) as bystander, dg.instance_for_test() as instance:
        launcher = WarmRunLauncher()
        launcher.register_instance(instance)
        assert not cancelled(launcher, instance, "00000000-0000-4000-8000-000000000001", bystander.pid)
        assert bystander.poll() is None
        bystander.kill()
        assert cancelled(launcher, instance, "00000000-0000-4000-8000-000000000002", worker.pid)
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    while worker.alive() and time.monotonic() < until:
        time.sleep(0.05)
    assert not worker.alive()


def cancelled(launcher: WarmRunLauncher, instance: dg.DagsterInstance, run_id: str, pid: int) -> bool:
    instance.run_storage.add_run(dg.DagsterRun("process_calls", run_id=run_id, tags={PID_TAG: str(pid)}))
    return launcher.terminate(run_id)
