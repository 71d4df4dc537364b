"""Register Amplitude; heavy modules are imported when they are used."""

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
    """Report that a key is set. It is not tested, because only an event tests it, and an event would be counted."""
    yield Diagnosis("amplitude", True, "a key is set; the first sync tests it")


AMPLITUDE = Vendor("amplitude", "Amplitude", AmplitudeSettings, _make, check=_check)
