"""Try new alerts at their channels at once, in the step that recorded them: a hot lead is to be called soon (spec 7.3).

What is not sent in time is sent by the schedule within a minute. The delivery engine records the intent and the outcome as it does
there, under the same lock, so that neither a kill nor the schedule beside it sends anything twice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from threading import Thread

from contract.platform.failures import VoiceError
from orchestration.delivery.engine import sync
from orchestration.destinations.registry import VENDORS
from orchestration.destinations.vendor import AlertsAtOnce, Vendor
from orchestration.resources import Platform

log = logging.getLogger(__name__)

SECONDS = 3.0
"""How long the step waits for all channels together: a run has other calls to process, and a channel that works answers in one."""
MOST = 3
"""Alerts tried at once: a channel of Slack takes one a second."""


def try_at_once(platform: Platform, alerts: Sequence[int], vendors: Sequence[Vendor] = VENDORS, seconds: float = SECONDS) -> None:
    """Send the first alerts to each channel that can; return after ``seconds`` in any case, and raise nothing.

    A channel that has not answered by then is left to its thread, which gives up after as long again at the latest.
    """
    makes = [vendor.at_once for vendor in vendors if vendor.at_once and not vendor.missing(platform)]
    deadline = time.monotonic() + seconds
    threads = [Thread(target=_send, args=(make, platform, alerts[:MOST], seconds), daemon=True) for make in makes if alerts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _send(make: AlertsAtOnce, platform: Platform, alerts: Sequence[int], seconds: float) -> None:
    try:
        sync(make(platform, alerts, seconds), platform.settings, platform.state, wait_seconds=seconds)
    except VoiceError as failure:
        log.info("An alert was not sent at once (%s); its schedule sends it.", type(failure).__name__)
    except Exception as error:  # nothing may end the thread with a traceback, which can hold what a caller said
        log.warning("An alert was not sent at once (%s); its schedule tries it again.", type(error).__name__)
