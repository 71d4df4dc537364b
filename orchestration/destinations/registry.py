"""The destinations that are configured."""

from __future__ import annotations

from collections.abc import Callable

from contract.platform.failures import ConfigurationFailure
from orchestration.delivery.engine import Destination
from orchestration.resources import Platform

NAMES = ("salesforce", "amplitude")


def configured(platform: Platform) -> list[str]:
    """Names of the destinations whose settings are there."""
    settings = platform.settings
    there = {"salesforce": bool(settings.salesforce_url), "amplitude": settings.amplitude_api_key is not None}
    return [name for name in NAMES if there[name]]


def destination_named(platform: Platform, name: str, *, dry_run: bool = False) -> Destination:
    """``ConfigurationFailure`` for a name there is none of, or one that is not configured."""
    if name not in NAMES:
        raise ConfigurationFailure(f"There is no destination {name}.", f"Use one of {', '.join(NAMES)}.")
    if name not in configured(platform):
        setting = {"salesforce": "VOICE_SALESFORCE_URL", "amplitude": "VOICE_AMPLITUDE_API_KEY"}[name]
        raise ConfigurationFailure(f"{setting} is not set.", "Set it, or run 'voice sandbox' and use what it prints.")
    return _makers()[name](platform, dry_run)


def _makers() -> dict[str, Callable[[Platform, bool], Destination]]:
    from orchestration.destinations.amplitude.destination import amplitude
    from orchestration.destinations.salesforce.destination import salesforce

    return {
        "salesforce": lambda platform, dry_run: salesforce(platform, dry_run=dry_run),
        "amplitude": lambda platform, dry_run: amplitude(platform),
    }
