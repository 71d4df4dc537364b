"""What ``voice run`` and the sensor do next, decided in one place."""

from __future__ import annotations

from orchestration.assets.partitions import FIRST_DAY
from orchestration.intake.planning import BatchPlan, next_batch, warehouse_lost
from orchestration.resources import Platform


def next_plan(platform: Platform) -> BatchPlan | None:
    """The next batch, or None when ledger, warehouse and publication are level."""
    settings, now = platform.settings, platform.now()
    lost = warehouse_lost(platform.state, settings.warehouse_path, now)
    return next_batch(platform.state, settings.batch_sessions, now, FIRST_DAY, rebuild=lost)
