"""Make Slack a destination of alerts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from contract.platform.times import real_time
from orchestration.alerts.reminders import ReminderStage
from orchestration.alerts.stage import AlertDestination, AlertSync, CrmCalls
from orchestration.delivery.failures import NEXT_RUN, DestinationUnavailable
from orchestration.delivery.rate_limit import RequestBudget
from orchestration.destinations.alert_channels import alert_sync
from orchestration.destinations.salesforce.settings import SalesforceSettings
from orchestration.destinations.slack.channel import PACE_SECONDS, SlackChannels
from orchestration.destinations.slack.client import SlackClient
from orchestration.destinations.slack.owners import owner_of
from orchestration.destinations.slack.settings import SlackSettings
from orchestration.resources import Platform

NAME = "slack"
SALESFORCE, CALL = "salesforce", "call"
"""Whose items of ``delivery_log`` have the ids of calls in the CRM."""


def slack_client(platform: Platform, sleep: Callable[[float], None] = time.sleep, most_seconds: float | None = None) -> SlackClient:
    """Make the client; ``most_seconds`` is how long an answer may take, if less than the platform's settings say."""
    own, timeout = platform.settings_of(SlackSettings), platform.settings.destination_timeout_seconds
    budget = RequestBudget(platform.state, NAME, own.requests_per_minute, 60, sleep=sleep)  # seconds: the window of Slack's limits
    return SlackClient(own, min(timeout, most_seconds or timeout), budget, sleep)


def slack(
    platform: Platform, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], datetime] = real_time
) -> AlertDestination:
    """Make the destination; no request is sent to Slack yet."""
    run = _run(platform, clock)
    channels = _channels(platform, run, slack_client(platform, sleep), sleep)
    return AlertDestination(NAME, channels, run, [ReminderStage(NAME, channels, run)] if channels.is_editable else [])


def slack_at_once(platform: Platform, alerts: Sequence[int], seconds: float) -> AlertDestination:
    """Make a destination of these alerts alone, which waits for nothing but answers, and a second between two posts."""
    run = _run(platform)
    channels = _channels(platform, run, slack_client(platform, _short_sleep, seconds), _short_sleep)
    return AlertDestination(NAME, channels, run, only=alerts)


def _short_sleep(seconds: float) -> None:
    if seconds > PACE_SECONDS:
        raise DestinationUnavailable("Slack asks to wait.", NEXT_RUN, seconds, "429")
    time.sleep(seconds)


def _run(platform: Platform, clock: Callable[[], datetime] = real_time) -> AlertSync:
    return replace(alert_sync(platform, clock), crm=CrmCalls(SALESFORCE, CALL, platform.settings_of(SalesforceSettings).url))


def _channels(platform: Platform, run: AlertSync, client: SlackClient, sleep: Callable[[float], None]) -> SlackChannels:
    own = platform.settings_of(SlackSettings)
    return SlackChannels(own, client, run.rules, lambda lead: owner_of(platform.state, lead), sleep)
