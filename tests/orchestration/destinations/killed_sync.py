"""One sync in a process of its own, to be killed."""

from __future__ import annotations

from multiprocessing.synchronize import Event

from contract.platform.settings import Settings
from orchestration.delivery.engine import sync
from orchestration.destinations.amplitude.destination import amplitude
from orchestration.destinations.salesforce.destination import salesforce
from orchestration.resources import Platform


def run(settings: Settings, begun: Event) -> None:
    platform = Platform(settings)
    begun.set()
    for destination in (salesforce(platform), amplitude(platform)):
        assert sync(destination, settings, platform.state).failure is None
