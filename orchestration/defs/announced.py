"""Take in what the queue announces, for the sensor and ``voice run``; a queue that is unavailable stops nothing."""

from __future__ import annotations

import logging

from contract.platform.failures import VoiceError
from orchestration.resources import Platform
from orchestration.state.live_samples import raise_age

log = logging.getLogger(__name__)


def take_in_announced(platform: Platform) -> int:
    """Take in what the queue announces, for at most a second, and return how many messages are done.

    While the queue cannot be read, the listing of the store finds its documents.
    """
    try:
        if (queue := platform.queue) is None:
            return 0
        from orchestration.intake.queue_messages import take_in

        taken = take_in(queue, platform.store, platform.state, platform.now())
    except VoiceError as failure:
        log.warning("The queue was not read: %s %s", failure.problem, failure.remedy)
        return 0
    if taken.oldest and not platform.settings.queue_cloudwatch:
        now = platform.now()
        with platform.state.writing() as connection:
            raise_age(connection, "sqs", max(0.0, (now - taken.oldest).total_seconds()), now)
    return taken.done
