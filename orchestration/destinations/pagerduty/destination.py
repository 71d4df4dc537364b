"""Make PagerDuty a destination of alerts and of changes of the agent's version."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from contract.platform.times import real_time
from orchestration.alerts.stage import AlertDestination
from orchestration.delivery.rate_limit import RequestBudget
from orchestration.destinations.alert_channels import alert_sync
from orchestration.destinations.pagerduty.channel import PagerDutyChannel
from orchestration.destinations.pagerduty.client import PagerDutyClient
from orchestration.destinations.pagerduty.settings import PagerDutySettings
from orchestration.destinations.pagerduty.versions import VersionStage
from orchestration.resources import Platform

NAME = "pagerduty"


def pagerduty_client(platform: Platform, sleep: Callable[[float], None] = time.sleep) -> PagerDutyClient:
    own = platform.settings_of(PagerDutySettings)
    budget = RequestBudget(platform.state, NAME, own.requests_per_minute, 60, sleep=sleep)  # seconds: one minute
    return PagerDutyClient(own, platform.settings.destination_timeout_seconds, budget, sleep)


def pagerduty(
    platform: Platform, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], datetime] = real_time
) -> AlertDestination:
    """Make the destination; no event is sent yet."""
    client, run = pagerduty_client(platform, sleep), alert_sync(platform, clock)
    channel = PagerDutyChannel(client, run.rules, platform.settings.base_url)
    return AlertDestination(NAME, channel, run, [VersionStage(NAME, platform.state, client, run.now)])
