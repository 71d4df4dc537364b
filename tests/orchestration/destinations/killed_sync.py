"""One sync in a process of its own, to be killed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.synchronize import Event

from contract.platform.settings import Settings, VendorSettings
from orchestration.delivery.engine import sync
from orchestration.destinations.registry import VENDORS
from orchestration.resources import Platform


@dataclass(frozen=True)
class PlatformParts:
    """What another process makes its platform from."""

    settings: Settings
    vendors: Sequence[VendorSettings]

    def platform(self) -> Platform:
        return Platform(self.settings, vendors=self.vendors)


def run(parts: PlatformParts, begun: Event) -> None:
    platform = parts.platform()
    begun.set()
    for vendor in (vendor for vendor in VENDORS if not vendor.missing(platform)):
        assert sync(vendor.make(platform, dry_run=False), platform.settings, platform.state).failure is None
