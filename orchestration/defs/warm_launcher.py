"""Launch runs by forking a warm worker (``warm_worker.py``); where it cannot be had, as Dagster does by default."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self

import dagster as dg
import orjson
import psutil
from dagster._core.launcher.base import CheckRunHealthResult, LaunchRunContext, WorkerStatus
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher
from dagster._core.remote_representation.code_location import GrpcServerCodeLocation
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import ConfigurableClassData

from contract.platform.settings import PROJECT_ROOT
from orchestration.state.claims import process_started

log = logging.getLogger(__name__)

PID_TAG = "voice/pid"
"""Tag of a run: the process that works on it, to interrupt when somebody cancels it."""
STARTED_TAG = "voice/pid-started"
"""Tag of a run: the machine of its process and when that began, so that a later process with the same pid is not taken for it."""
_WORKER = "orchestration.defs.warm_worker"
_ENDS_WITHIN_SECONDS = 2
"""How long an idle worker may take to end; one that still imports is killed, since it has no run."""


class WarmWorker:
    """A process that forks runs. ``code`` names the loaded code it belongs to: a reload starts another one."""

    def __init__(self, code: str) -> None:
        self.code = code
        command = [sys.executable, "-m", _WORKER]
        self._process = subprocess.Popen(command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def start(self, arguments: list[str]) -> int:
        """Start a run and return its pid; raises ``OSError`` when the worker has ended."""
        if not self._process.stdin or not self._process.stdout:
            raise OSError("the worker has no pipes")
        self._process.stdin.write(orjson.dumps(arguments) + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer.strip():
            raise OSError("the worker ended before it started the run")
        return int(answer)

    def close(self) -> None:
        """End the worker; the runs it started go on."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(_ENDS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class WarmRunLauncher(DefaultRunLauncher):
    """A launcher for ``dagster.yaml``: one warm worker for each loaded version of the code."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(inst_data)
        self._worker: WarmWorker | None = None
        self._turn = threading.Lock()

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> Self:
        return cls(inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:
        """Fork the run's process and tag the run with it."""
        run = context.dagster_run
        code = _loaded_code(context)
        if run.job_code_origin is None or code is None:
            super().launch_run(context)
            return
        arguments = ExecuteRunArgs(run.job_code_origin, run.run_id, self._instance.get_ref()).get_command_args()
        try:
            with self._turn:
                pid = self._of(code).start([*arguments[-3:]])
        except (OSError, ValueError) as error:
            log.warning("The warm worker could not start a run (%s); the code server starts it.", type(error).__name__)
            super().launch_run(context)
            return
        self._instance.add_run_tags(run.run_id, process_tags(pid))
        self._run_ids.add(run.run_id)

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Say whether the run's process still works, so that Dagster's monitoring fails a run that was killed.

        Without it such a run stayed started and held the slot of its pool: in a test of the deployment a sync that was killed let
        no later one begin. A process of another machine is gone: the daemon starts every run, and there is one daemon.
        """
        if STARTED_TAG not in run.tags:
            return CheckRunHealthResult(WorkerStatus.RUNNING, "its process is not known")
        host, _, started = run.tags[STARTED_TAG].partition(" ")
        if host == socket.gethostname() and started and process_started(int(run.tags[PID_TAG])) == started:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "its process has ended")

    def terminate(self, run_id: str) -> bool:
        """Interrupt the process of a run; returns whether there was one."""
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        if PID_TAG not in run.tags:
            return super().terminate(run_id)
        self._instance.report_run_canceling(run)
        return _interrupted(int(run.tags[PID_TAG]))

    def dispose(self) -> None:
        if self._worker:
            self._worker.close()

    def _of(self, code: str) -> WarmWorker:
        """Return the worker for the code, started now when there is none, it ended, or other code was loaded since."""
        if self._worker and self._worker.alive() and self._worker.code == code:
            return self._worker
        if self._worker:
            self._worker.close()
        self._worker = WarmWorker(code)
        return self._worker


def process_tags(pid: int) -> dict[str, str]:
    """Return the tags of a run on which this process of this machine works."""
    return {PID_TAG: str(pid), STARTED_TAG: f"{socket.gethostname()} {process_started(pid)}"}


def _loaded_code(context: LaunchRunContext) -> str | None:
    """Return what identifies the code as it is loaded now; None when the run's code is not on a code server."""
    origin = context.dagster_run.remote_job_origin
    if not context.workspace or not origin:
        return None
    location = context.workspace.get_code_location(origin.repository_origin.code_location_origin.location_name)
    return location.server_id if isinstance(location, GrpcServerCodeLocation) else None


def _interrupted(pid: int) -> bool:
    try:
        if _WORKER not in psutil.Process(pid).cmdline():
            return False
        os.kill(pid, signal.SIGINT)
    except (psutil.Error, OSError):
        return False
    return True
