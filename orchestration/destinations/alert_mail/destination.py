"""Make e-mail a destination of alerts."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from contract.platform.times import real_time
from orchestration.alerts.stage import AlertDestination
from orchestration.destinations.alert_channels import alert_sync
from orchestration.destinations.alert_mail.channel import AlertMailChannel
from orchestration.destinations.alert_mail.settings import AlertMailSettings
from orchestration.mail.settings import MailSettings
from orchestration.mail.transport import transport_of
from orchestration.resources import Platform

NAME = "alert_mail"


def alert_mail(
    platform: Platform, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], datetime] = real_time
) -> AlertDestination:
    """Make the destination; nothing is connected yet."""
    mail = platform.settings_of(MailSettings)
    transport = transport_of(mail, platform.settings.destination_timeout_seconds)
    channel = AlertMailChannel(transport, mail.sender, platform.settings_of(AlertMailSettings).by_channel)
    return AlertDestination(NAME, channel, alert_sync(platform, clock))
