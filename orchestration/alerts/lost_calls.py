"""Take in the calls that were lost with their machine: their checkpoints become documents, and alert rules know of them at once."""

from __future__ import annotations

from datetime import timedelta

from orchestration.alerts.recent import lost_call
from orchestration.intake.orphans import Orphans, promote_orphans
from orchestration.resources import Platform
from orchestration.state.recent_calls import record_failed_calls


def take_in_lost_calls(platform: Platform) -> Orphans:
    """Promote the orphans and enter the lost calls. After a kill between the two, the analysis of the document enters its call."""
    now = platform.now()
    orphans = promote_orphans(platform.store, now, timedelta(seconds=platform.settings.lost_after_seconds))
    if orphans.lost:
        with platform.state.writing() as connection:
            calls = [lost_call(one.session_id, one.started_at, one.heartbeat, now) for one in orphans.lost]
            record_failed_calls(connection, calls, now)
    return orphans
