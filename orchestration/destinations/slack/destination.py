"""Make Slack a destination of alerts."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from contract.platform.times import real_time
from orchestration.alerts.reminders import ReminderStage
from orchestration.alerts.stage import AlertDestination
from orchestration.delivery.rate_limit import RequestBudget
from orchestration.destinations.alert_channels import alert_sync
from orchestration.destinations.slack.channel import SlackChannels
from orchestration.destinations.slack.client import SlackClient
from orchestration.destinations.slack.owners import owner_of
from orchestration.destinations.slack.settings import SlackSettings
from orchestration.resources import Platform

NAME = "slack"


def slack_client(platform: Platform, sleep: Callable[[float], None] = time.sleep) -> SlackClient:
    own = platform.settings_of(SlackSettings)
    budget = RequestBudget(platform.state, NAME, own.requests_per_minute, 60, sleep=sleep)  # seconds: the window of Slack's limits
    return SlackClient(own, platform.settings.destination_timeout_seconds, budget, sleep)


def slack(
    platform: Platform, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], datetime] = real_time
) -> AlertDestination:
    """Make the destination; no request is sent to Slack yet."""
    run = alert_sync(platform, clock)
    own, client = platform.settings_of(SlackSettings), slack_client(platform, sleep)
    channels = SlackChannels(own, client, run.rules, lambda lead: owner_of(platform.state, lead), sleep)
    return AlertDestination(NAME, channels, run, [ReminderStage(NAME, channels, run)] if channels.is_editable else [])
