"""Look at what alert rules need and neither the state database nor the store tells: the agent's workers and dead letters."""

from __future__ import annotations

import logging
from dataclasses import replace

from contract.platform.failures import VoiceError
from orchestration.alerts.settings import AlertSettings
from orchestration.alerts.timeline import Sample
from orchestration.alerts.worker_health import a_worker_is_healthy
from orchestration.resources import Platform

log = logging.getLogger(__name__)


def with_what_is_outside(sample: Sample, platform: Platform) -> Sample:
    """Return the sample with the health of the workers and the dead letters; None where nobody answers for them."""
    return replace(
        sample,
        worker_healthy=a_worker_is_healthy(platform.settings_of(AlertSettings).workers),
        dead_letters=dead_letters(platform),
    )


def dead_letters(platform: Platform) -> int | None:
    """Return how many messages lie in the dead-letter queue of ``VOICE_QUEUE_URL``, which four receives did not get processed.

    None without a queue, or when it does not answer or has none for dead letters (spec 2.3).
    """
    try:
        return None if platform.queue is None else platform.queue.dead_letters().depth()
    except VoiceError as failure:
        log.warning("Dead letters are unknown. %s", failure.problem)
        return None
