"""Say which channels of alerts are set up, of all vendors, so that each knows which alerts it gets in place of another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from contract.platform.times import real_time
from orchestration.alerts.routes import Routes
from orchestration.alerts.rules import AlertRules
from orchestration.alerts.stage import AlertSync
from orchestration.destinations.alert_mail.settings import AlertMailSettings
from orchestration.destinations.pagerduty.settings import PagerDutySettings
from orchestration.destinations.slack.settings import SlackSettings
from orchestration.mail.settings import MailSettings
from orchestration.resources import Platform


def channels_set_up(platform: Platform) -> dict[str, str]:
    """Return the destination of each channel of ``data/alerts.yml`` that is set up."""
    slack = platform.settings_of(SlackSettings)
    found = {} if slack.missing else dict.fromkeys(slack.addresses, "slack")
    if not platform.settings_of(PagerDutySettings).missing:
        found["pagerduty"] = "pagerduty"
    if not platform.settings_of(MailSettings).missing_server:
        found |= dict.fromkeys(platform.settings_of(AlertMailSettings).by_channel, "alert_mail")
    return found


def alert_sync(platform: Platform, clock: Callable[[], datetime] = real_time) -> AlertSync:
    """Return what the sync of a channel reads; ``clock`` is that of the delivery log."""
    rules = platform.reference.table(AlertRules)
    routes = Routes(rules, channels_set_up(platform))
    settings = platform.settings
    return AlertSync(platform.state, rules, routes, settings.base_url, platform.now(), clock, code_url=settings.code_url)
