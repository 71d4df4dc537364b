"""Fail runs whose process was killed; otherwise Dagster shows them as started permanently, and their pool slot blocks the next.

Call this before claims of dead runs are released, because the claims show which process a run belongs to.
"""

from __future__ import annotations

import time

import dagster as dg
from sqlalchemy import select

from orchestration.intake.planning import LIVE, RUN_KIND_TAG
from orchestration.resources import Platform
from orchestration.state.claims import dead_runs
from orchestration.state.tables import RUNS

UNREGISTERED_SECONDS = 120  # a run registers when its first step begins; imports on a busy machine take long


def fail_dead_runs(instance: dg.DagsterInstance, platform: Platform) -> None:
    """Report dead runs as failed and free the slots they held; their sessions become pending with the next batch.

    A run that is not registered in the ledger two minutes after its start was killed before its first step.
    """
    with platform.state.reading() as connection:
        dead = set(dead_runs(connection, platform.now()))
        registered = set(connection.execute(select(RUNS.c.run_id)).scalars())
    for run_id in sorted(dead):
        instance.event_log_storage.free_concurrency_slots_for_run(run_id)
    started = dg.RunsFilter(tags={RUN_KIND_TAG: LIVE}, statuses=[dg.DagsterRunStatus.STARTED])
    for record in instance.get_run_records(started):
        run = record.dagster_run
        unregistered = run.run_id not in registered and (record.start_time or 0) < time.time() - UNREGISTERED_SECONDS
        if run.run_id in dead or unregistered:
            instance.report_run_failed(run, "The run's process has ended; the next run processes its sessions.")
