"""Schedule the samples of calls under way and of the queue, in the schedule's own tick: a run would take as long as a minute."""

from __future__ import annotations

import dagster as dg

from orchestration.resources import Platform


def sampling_schedule(platform: Platform) -> dg.ScheduleDefinition:
    """Sample at each tick. It never starts its job, which Dagster wants named."""

    def sampled(_: dg.ScheduleEvaluationContext) -> dg.SkipReason:
        from orchestration.intake.sampling import sample_minute  # imported here, with Amazon's client

        new = sample_minute(platform.state, platform.queue, platform.settings, platform.now())
        return dg.SkipReason(f"Recorded {new} figures.")

    return dg.ScheduleDefinition(
        name="live_samples",
        job_name="reconcile_ledger",
        cron_schedule="* * * * *",
        execution_fn=sampled,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Samples calls under way, and depth and age of the queue, each minute (spec 6.1).",
    )
