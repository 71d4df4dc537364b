"""Schedule the evaluation of alert rules, in the schedule's own tick: a run would take longer than a rule may wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import dagster as dg

from orchestration.alerts.dead_man import ping
from orchestration.alerts.inbound import act_on_events
from orchestration.alerts.rules import SLOW_MINUTES
from orchestration.alerts.seen import seen_now
from orchestration.alerts.seen_outside import with_what_is_outside
from orchestration.alerts.settings import AlertSettings
from orchestration.alerts.watching import watch
from orchestration.defs.failed_checks import failed_checks
from orchestration.defs.failed_runs import resolve_recovered
from orchestration.resources import Platform

CRON = ("*/2 * * * *", "*/5 * * * *")  # spec 7.1 and 7.2; digests at :00 (7.4) are a minute of both


def alert_schedule(platform: Platform, checks: Sequence[dg.AssetCheckKey] = ()) -> dg.ScheduleDefinition:
    """Act on what people did at vendors, evaluate the rules at each tick and record what changed; ``checks`` are watched.

    It never starts its job, which Dagster wants named. The ping at its end tells that the daemon lives and rules are evaluated.
    """

    def evaluated(context: dg.ScheduleEvaluationContext) -> dg.SkipReason:
        now, slow = platform.now(), context.scheduled_execution_time.minute % SLOW_MINUTES == 0
        act_on_events(platform.state, now)
        sample = with_what_is_outside(seen_now(platform, now), platform)
        if slow:  # opening the instance takes longer than all the rest, and no faster rule needs it
            sample = replace(sample, failed_checks=failed_checks(context.instance, checks))
        found = watch(platform, sample, now, slow=slow)
        recovered = resolve_recovered(platform, context.instance) if slow else 0
        ping(platform.settings_of(AlertSettings).ping_url)
        changes = ", ".join(f"{count} {name}" for name, count in (vars(found) | {"recovered": recovered}).items() if count)
        return dg.SkipReason(f"Recorded: {changes}." if changes else "Nothing changed.")

    return dg.ScheduleDefinition(
        name="alert_rules",
        job_name="reconcile_ledger",
        cron_schedule=CRON,
        execution_fn=evaluated,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Evaluates the alert rules every two and every five minutes (spec 7).",
    )
