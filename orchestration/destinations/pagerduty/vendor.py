"""Register PagerDuty; heavy modules are imported when they are used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestration.destinations.pagerduty.settings import PagerDutySettings
from orchestration.destinations.vendor import Vendor
from orchestration.diagnosis import Diagnosis
from orchestration.resources import Platform

if TYPE_CHECKING:
    from orchestration.alerts.stage import AlertDestination


def _make(platform: Platform, dry_run: bool) -> AlertDestination:
    from orchestration.destinations.pagerduty.destination import pagerduty

    return pagerduty(platform)


def _is_due(platform: Platform) -> bool:
    return _make(platform, dry_run=True).is_due()


def _check(platform: Platform) -> Iterator[Diagnosis]:
    """Resolve an alert that does not exist: PagerDuty checks the key's form and drops the event."""
    from orchestration.destinations.pagerduty.destination import pagerduty_client

    pagerduty_client(platform).resolve("voice-doctor")
    yield Diagnosis("pagerduty", True, "events are accepted; whether the key is of the right service shows with the first alert")


PAGERDUTY = Vendor("pagerduty", "PagerDuty", PagerDutySettings, _make, check=_check, is_due=_is_due)
