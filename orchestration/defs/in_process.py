"""Execute the jobs of the live path in this process, for ``voice run``."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import dagster as dg

from contract.platform.failures import PermanentFailure, VoiceError, disk_full
from orchestration.defs.assets.call_assets import BATCH_SECONDS, STEP
from orchestration.defs.dagster_home import open_instance
from orchestration.defs.dead_runs import fail_dead_runs
from orchestration.defs.live import PROCESS_CALLS, call_assets, live_definitions
from orchestration.defs.tags import TRENDS_TAG
from orchestration.downstream.follower import Follower, is_due
from orchestration.downstream.table import followers_of
from orchestration.intake.planning import BatchPlan
from orchestration.resources import Platform
from orchestration.state.claims import release

_INTERRUPTS = (dg.DagsterExecutionInterruptedError.__name__, KeyboardInterrupt.__name__)
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class InProcess:
    """The jobs of one platform on one Dagster instance."""

    definitions: dg.Definitions
    instance: dg.DagsterInstance
    platform: Platform

    @classmethod
    @contextmanager
    def opened(cls, platform: Platform) -> Generator[Self]:
        """Open the instance of the platform's home, after runs whose process died are failed."""
        with open_instance(platform.settings) as instance:
            fail_dead_runs(instance, platform)
            yield cls(live_definitions(platform), instance, platform)

    def run_batch(self, plan: BatchPlan) -> dict[str, int]:
        """Process one batch and return the milliseconds of each asset and step; ``PermanentFailure`` when a step fails."""
        config: dict[str, Any] = {**plan.run_config, **QUIET}
        result = self.definitions.resolve_job_def(PROCESS_CALLS).execute_in_process(
            run_config=config,
            instance=self.instance,
            partition_key=plan.partition.isoformat(),
            tags={**plan.tags, TRENDS_TAG: "yes"},
            raise_on_error=False,
            asset_selection=None if plan.builds else [asset.key for asset in call_assets()],
        )
        if result.success:
            return _milliseconds(result)
        with self.platform.state.writing() as connection:
            release(connection, [result.run_id])
        raise _failure(result, "; its sessions are pending again.")

    def run_followers(self) -> tuple[list[str], list[str]]:
        """Run due followers in the order of the table; return the names of those that ran and why others could not.

        A vendor that is unavailable fails no run: what is due stays due. Any other failure is raised once all were tried.
        """
        ran: list[str] = []
        failed: list[str] = []
        fatal: list[VoiceError] = []
        for follower, day in followers_of(self.platform):
            if not is_due(follower, self.platform, day):
                continue
            self.platform.progress("deliver", 0)
            result = self._run(follower, day)
            self.platform.progress("deliver", 1)
            if result.success:
                ran.append(follower.name)
            elif follower.best_effort:
                failed.append(f"{follower.name.removesuffix('_sync')}: {_why(result)}")
            else:
                fatal.append(_failure(result, "."))
        if fatal:
            raise fatal[0]
        return ran, failed

    def _run(self, follower: Follower, day: date | None) -> dg.ExecuteInProcessResult:
        job = self.definitions.resolve_job_def(follower.job)
        key = day.isoformat() if day else None
        result = job.execute_in_process(run_config=QUIET, instance=self.instance, partition_key=key, raise_on_error=False)
        _raise_if_interrupted(result)
        return result


def _failure(result: dg.ExecuteInProcessResult, then: str) -> VoiceError:
    """Return what to raise for a run that failed; raises ``KeyboardInterrupt`` itself when Ctrl-C ended it."""
    _raise_if_interrupted(result)
    why = _why(result)
    return disk_full(why) or PermanentFailure(why, f"Open run {result.run_id} in the Dagster UI ('make dev'){then}")


def _milliseconds(result: dg.ExecuteInProcessResult) -> dict[str, int]:
    """Return the time of each step, and of the step that writes several assets the time of each."""
    steps = {str(event.step_key): event.step_success_data.duration_ms for event in result.all_events if event.is_step_success}
    assets = {
        event.asset_key.to_user_string(): 1000 * float(str(seconds.value))
        for event in result.get_asset_materialization_events()
        if event.asset_key and (seconds := event.materialization.metadata.get(BATCH_SECONDS))
    }
    return {name: round(milliseconds) for name, milliseconds in (steps | assets).items() if name != STEP}


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
