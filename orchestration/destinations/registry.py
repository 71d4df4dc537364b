"""List the vendors. A new one is a folder with its settings, its stages and its entry, and one name here."""

from __future__ import annotations

from collections.abc import Sequence

from contract.platform.failures import ConfigurationFailure
from orchestration.destinations.alert_mail.vendor import ALERT_MAIL
from orchestration.destinations.amplitude.vendor import AMPLITUDE
from orchestration.destinations.pagerduty.vendor import PAGERDUTY
from orchestration.destinations.salesforce.vendor import SALESFORCE
from orchestration.destinations.slack.vendor import SLACK
from orchestration.destinations.vendor import Vendor
from orchestration.resources import Platform

VENDORS: tuple[Vendor, ...] = (SALESFORCE, AMPLITUDE, PAGERDUTY, SLACK, ALERT_MAIL)


def vendor_named(name: str, vendors: Sequence[Vendor] = VENDORS) -> Vendor:
    """Return the vendor of this name; raises ``ConfigurationFailure`` when there is none."""
    for vendor in vendors:
        if vendor.name == name:
            return vendor
    raise ConfigurationFailure(f"There is no destination {name}.", f"Use one of {', '.join(v.name for v in vendors)}.")


def configured_vendor(platform: Platform, name: str) -> Vendor:
    """Return the vendor of this name; raises ``ConfigurationFailure`` when a setting is missing."""
    vendor = vendor_named(name)
    if missing := vendor.missing(platform):
        raise ConfigurationFailure(f"{missing} is not set.", "Set it, or run 'voice sandbox' and use what it prints.")
    return vendor
