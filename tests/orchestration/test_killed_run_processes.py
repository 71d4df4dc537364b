"""Dagster's monitoring fails a run whose process was killed; otherwise it would hold the slot of its pool permanently."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest
from dagster._daemon.monitoring.run_monitoring import monitor_started_run

from orchestration.defs.warm_launcher import PID_TAG, STARTED_TAG, process_tags

RUN = "00000000-0000-4000-8000-000000000001"
LAUNCHER = {"module": "orchestration.defs.warm_launcher", "class": "WarmRunLauncher"}


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test(overrides={"run_launcher": LAUNCHER}) as instance:
        yield instance


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "600"]) as process:
        yield process
        process.kill()


def status_after_monitoring(instance: dg.DagsterInstance, tags: dict[str, str]) -> dg.DagsterRunStatus:
    """The status of a started run with these tags when monitoring has looked at it once."""
    run = dg.DagsterRun("sync_salesforce", run_id=RUN, tags=tags, status=dg.DagsterRunStatus.STARTED)
    instance.run_storage.add_run(run)
    record = instance.get_run_record_by_id(RUN)
    assert record is not None
    workspace: Any = None  # only a run that is resumed needs one
    monitor_started_run(instance, workspace, record, logging.getLogger(__name__))
    found = instance.get_run_by_id(RUN)
    assert found is not None
    return found.status


def test_a_run_whose_process_works_goes_on(instance: dg.DagsterInstance, process: subprocess.Popen[bytes]):
    assert status_after_monitoring(instance, process_tags(process.pid)) is dg.DagsterRunStatus.STARTED


def test_a_run_whose_process_was_killed_has_failed(instance: dg.DagsterInstance, process: subprocess.Popen[bytes]):
    tags = process_tags(process.pid)
    process.kill()
    process.wait()
    assert status_after_monitoring(instance, tags) is dg.DagsterRunStatus.FAILURE


@pytest.mark.parametrize("wrong", ["machine", "start"])
def test_a_later_process_with_the_same_pid_is_not_taken_for_the_run(
    instance: dg.DagsterInstance, process: subprocess.Popen[bytes], wrong: str
):
    host, started = process_tags(process.pid)[STARTED_TAG].split()
    other = {"machine": f"another-{host} {started}", "start": f"{host} {float(started) - 60:.2f}"}[wrong]
    tags = {PID_TAG: str(process.pid), STARTED_TAG: other}
    assert status_after_monitoring(instance, tags) is dg.DagsterRunStatus.FAILURE


def test_a_run_that_the_code_server_started_goes_on(instance: dg.DagsterInstance):
    assert status_after_monitoring(instance, {}) is dg.DagsterRunStatus.STARTED
