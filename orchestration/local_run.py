"""Run the sensor's job in this process for ``voice run``, batch after batch until nothing is left."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import dagster as dg

from analyzers.lead_score.scoring import Scoring
from contract.document.keys import QUARANTINE
from contract.platform.failures import PermanentFailure, disk_full
from orchestration.defs.assembly import build_definitions
from orchestration.defs.dagster_home import open_instance
from orchestration.defs.dead_runs import fail_dead_runs
from orchestration.defs.tags import TRENDS_TAG
from orchestration.delivery.log import sends_by_destination
from orchestration.destinations.registry import VENDORS
from orchestration.downstream.follower import is_due, last_complete_day
from orchestration.downstream.table import FOLLOWERS
from orchestration.intake.discovery import discover
from orchestration.intake.orphans import promote_orphans
from orchestration.intake.outdated_readings import reread_outdated
from orchestration.intake.planning import BatchPlan, next_plan
from orchestration.resources import Platform
from orchestration.state.builds import forget_build
from orchestration.state.claims import release
from orchestration.state.reconciliation import reconcile
from orchestration.warehouse.agreement import compare, disagreement
from orchestration.warehouse.lake_owner import claim_lake, continue_sequence
from orchestration.warehouse.lost_analyses import redo_lost
from orchestration.warehouse.manifest import read_manifest

_NAMED = 5  # sessions named in the summary; the asset check names twenty
_INTERRUPTS = (dg.DagsterExecutionInterruptedError.__name__, KeyboardInterrupt.__name__)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class RunSummary:
    """The figures of one ``voice run``; ``seconds`` and ``step_seconds`` are wall time."""

    listed: int
    batches: int
    received: int
    analysed: int
    rejected: int
    pending: int
    hot_leads: int | None = None
    daily_report: str | None = None
    delivered: str | None = None
    """Items of each vendor that this run sent, and vendors that are not configured."""
    not_delivered: str | None = None
    warehouse_problem: str | None = None
    analysed_again: str | None = None
    quarantined: str | None = None
    seconds: float = 0.0
    step_seconds: dict[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True)
class _Start:
    """What was found before the first batch, to say in the end what this run changed."""

    listed: int
    lost: list[str]
    quarantined: set[str]
    sent: Counter[str]


@dataclass
class _Work:
    """What a run has done so far; ``steps`` holds milliseconds by step."""

    batches: int = 0
    steps: Counter[str] = field(default_factory=Counter[str])
    followers: set[str] = field(default_factory=set[str])
    failed: list[str] = field(default_factory=list[str])


def run_pending(platform: Platform) -> RunSummary:
    """Discover documents, then run batches and followers until all are up to date; ``PermanentFailure`` when a run fails."""
    began = time.monotonic()
    start = _start(platform)
    platform.progress("start", 1)
    work = _work(platform)
    return replace(_summary(platform, start, work), seconds=round(time.monotonic() - began, 1))


def _start(platform: Platform) -> _Start:
    """Take in what arrived and what was lost: new documents, dead calls, analyses and readings that have to be made again."""
    claim_lake(platform.settings, platform.store, platform.state)
    continue_sequence(platform.store, platform.state)
    promote_orphans(platform.store, platform.now(), timedelta(seconds=platform.settings.lost_after_seconds))
    found = discover(platform.store, platform.state, platform.now())
    _renew_if_doubled(platform)
    lost = redo_lost(platform.store, platform.state)
    quarantined = _quarantined(platform)
    reread_outdated(platform.store, platform.state)
    return _Start(found.listed, lost, quarantined, _sent(platform))


def _work(platform: Platform) -> _Work:
    """Run batches, then followers. A follower can make a build due (opportunities read from the CRM): then both run again."""
    definitions, work = build_definitions(platform), _Work()
    with open_instance(platform.settings) as instance:
        fail_dead_runs(instance, platform)
        while True:
            while plan := next_plan(platform.settings, platform.state, platform.now(), platform.first_day):
                work.steps.update(run_batch(definitions, instance, platform, plan))
                work.batches += 1
            ran, work.failed = run_followers(definitions, instance, platform)
            work.followers.update(ran)
            if next_plan(platform.settings, platform.state, platform.now(), platform.first_day) is None:
                return work


def _summary(platform: Platform, start: _Start, work: _Work) -> RunSummary:
    totals = reconcile(platform.state, platform.now())
    report = last_complete_day(platform.now(), platform.settings).isoformat() if "daily_report" in work.followers else None
    return RunSummary(
        listed=start.listed,
        batches=work.batches,
        received=totals.received,
        analysed=totals.analysed,
        rejected=totals.rejected,
        pending=totals.pending,
        hot_leads=_hot_leads(platform),
        daily_report=report,
        delivered=_delivered(platform, start.sent),
        not_delivered="; ".join(work.failed) or None,
        warehouse_problem=disagreement(platform.settings, platform.state),
        analysed_again=_named(start.lost),
        quarantined=", ".join(sorted(_quarantined(platform) - start.quarantined)) or None,
        step_seconds={step: round(milliseconds / 1000, 2) for step, milliseconds in work.steps.most_common()},
    )


def _quarantined(platform: Platform) -> set[str]:
    return {found.key.removeprefix(f"{QUARANTINE}/") for found in platform.store.list(f"{QUARANTINE}/")}


def _named(lost: list[str]) -> str | None:
    return f"{len(lost)} whose analysis was missing from the lake: {', '.join(lost[:_NAMED])}" if lost else None


def _renew_if_doubled(platform: Platform) -> None:
    """Have a warehouse with doubled rows built in full; an earlier release left some."""
    compared = compare(platform.settings, platform.state)
    if compared and compared.doubled:
        with platform.state.writing() as connection:
            forget_build(connection)


def run_batch(definitions: dg.Definitions, instance: dg.DagsterInstance, platform: Platform, plan: BatchPlan) -> dict[str, int]:
    """Run the job for one batch and return the milliseconds of each step; ``PermanentFailure`` when a step fails."""
    job = definitions.resolve_job_def("process_calls")
    config: dict[str, Any] = {**plan.run_config, **QUIET}
    result = job.execute_in_process(
        run_config=config,
        instance=instance,
        partition_key=plan.partition.isoformat(),
        tags={**plan.tags, TRENDS_TAG: "yes"},
        raise_on_error=False,
    )
    if not result.success:
        with platform.state.writing() as connection:
            release(connection, [result.run_id])
        _raise_if_interrupted(result)
        why = _why(result)
        raise disk_full(why) or PermanentFailure(
            why, f"Open run {result.run_id} in the Dagster UI ('make dev'); its sessions are pending again."
        )
    done = [event for event in result.all_events if event.is_step_success]
    return {str(event.step_key): round(event.step_success_data.duration_ms) for event in done}


def run_followers(definitions: dg.Definitions, instance: dg.DagsterInstance, platform: Platform) -> tuple[list[str], list[str]]:
    """Run due followers in the order of the table; return the names of those that ran and why others could not.

    A vendor that is unavailable fails no run: what is due stays due. Any other failure is raised once all were tried.
    """
    ran: list[str] = []
    failed: list[str] = []
    fatal: list[PermanentFailure] = []
    for follower in FOLLOWERS:
        day = last_complete_day(platform.now(), platform.settings) if follower.per_day else None
        if not is_due(follower, platform, day):
            continue
        platform.progress("deliver", 0)
        job = definitions.resolve_job_def(follower.job)
        key = day.isoformat() if day else None
        result = job.execute_in_process(run_config=QUIET, instance=instance, partition_key=key, raise_on_error=False)
        _raise_if_interrupted(result)
        platform.progress("deliver", 1)
        if result.success:
            ran.append(follower.name)
        elif follower.best_effort:
            failed.append(f"{follower.name.removesuffix('_sync')}: {_why(result)}")
        else:
            why = _why(result)
            fatal.append(disk_full(why) or PermanentFailure(why, f"Open run {result.run_id} in the Dagster UI ('make dev')."))
    if fatal:
        raise fatal[0]
    return ran, failed


def _delivered(platform: Platform, before: Counter[str]) -> str:
    """Say for each vendor how many items this run sent, or which setting is missing."""
    now_sent = _sent(platform)
    missing = {vendor.name: vendor.missing(platform) for vendor in VENDORS}
    said = [
        f"{name}: not configured ({unset})" if unset else f"{now_sent[name] - before[name]} {name}"
        for name, unset in missing.items()
    ]
    return ", ".join(said)


def _sent(platform: Platform) -> Counter[str]:
    """Count, by vendor, how often an item was sent, over all time."""
    return Counter(sends_by_destination(platform.state))


def _hot_leads(platform: Platform) -> int | None:
    from orchestration.warehouse.reader import open_published

    if read_manifest(platform.settings.published_dir) is None:
        return None
    with open_published(platform.settings) as connection:
        hot_above = platform.reference.table(Scoring).thresholds.hot_above
        return connection.execute("select count(*) from sessions where lead_score > ?", [hot_above]).fetchall()[0][0]


def _raise_if_interrupted(result: dg.ExecuteInProcessResult) -> None:
    """Raise ``KeyboardInterrupt`` when Ctrl-C ended a step: Dagster reports that as a failure of the step."""
    for event in result.all_events:
        error = event.step_failure_data.error if event.is_step_failure else None
        while error:
            if error.cls_name in _INTERRUPTS:
                raise KeyboardInterrupt
            error = error.cause


def _why(result: dg.ExecuteInProcessResult) -> str:
    failed = [e for e in result.all_events if e.is_step_failure]
    if not failed:
        return "The run failed before its first step."
    error = failed[0].step_failure_data.error
    cause = (error.cause or error) if error else None
    return f"Step {failed[0].step_key} failed: {cause.message.strip() if cause else 'no message'}"
