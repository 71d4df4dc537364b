"""Register alerts by e-mail; heavy modules are imported when they are used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestration.destinations.alert_mail.settings import AlertMailSettings
from orchestration.destinations.vendor import Vendor
from orchestration.diagnosis import Diagnosis
from orchestration.mail.settings import MailSettings
from orchestration.resources import Platform

if TYPE_CHECKING:
    from orchestration.alerts.stage import AlertDestination


def _make(platform: Platform, dry_run: bool) -> AlertDestination:
    from orchestration.destinations.alert_mail.destination import alert_mail

    return alert_mail(platform)


def _is_due(platform: Platform) -> bool:
    return _make(platform, dry_run=True).is_due()


def _missing_server(platform: Platform) -> str | None:
    return platform.settings_of(MailSettings).missing_server


def _check(platform: Platform) -> Iterator[Diagnosis]:
    addresses = platform.settings_of(AlertMailSettings).by_channel
    yield Diagnosis("alert_mail", True, f"{len(addresses)} addresses are set; the first alert tests the server")


ALERT_MAIL = Vendor(
    "alert_mail", "Alerts by e-mail", AlertMailSettings, _make, check=_check, is_due=_is_due, also_missing=_missing_server
)
