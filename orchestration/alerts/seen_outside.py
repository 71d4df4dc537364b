"""Look at what alert rules need and neither the state database nor the store tells: the agent's workers and dead letters."""

from __future__ import annotations

from dataclasses import replace

from orchestration.alerts.dead_letters import dead_letters
from orchestration.alerts.settings import AlertSettings
from orchestration.alerts.timeline import Sample
from orchestration.alerts.worker_health import a_worker_is_healthy
from orchestration.resources import Platform


def with_what_is_outside(sample: Sample, platform: Platform) -> Sample:
    """Return the sample with the health of the workers and the dead letters; None where nobody answers for them."""
    return replace(
        sample,
        worker_healthy=a_worker_is_healthy(platform.settings_of(AlertSettings).workers),
        dead_letters=dead_letters(platform.settings.queue_url),
    )
