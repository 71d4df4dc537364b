"""Amplitude's entry in the registry; what is heavy is imported when it is used."""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.delivery.destination import AnyDestination
from orchestration.destinations.amplitude.settings import AmplitudeSettings
from orchestration.destinations.vendor import Vendor
from orchestration.diagnosis import Diagnosis
from orchestration.resources import Platform


def _make(platform: Platform, dry_run: bool) -> AnyDestination:
    from orchestration.destinations.amplitude.destination import amplitude

    return amplitude(platform)


def _check(platform: Platform) -> Iterator[Diagnosis]:
    """Say that a key is set. It can only be tried by sending an event, which would be counted, so it is not tried."""
    yield Diagnosis("amplitude", True, "a key is set; it is tried by the first sync")


AMPLITUDE = Vendor("amplitude", "Amplitude", AmplitudeSettings, _make, check=_check)
