"""What the platform knows of a vendor: its settings, its destination, and what else its adapter can do.

An optional capability is a protocol that gets its place here together with its first implementer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from contract.platform.settings import VendorSettings
from orchestration.delivery.destination import AnyDestination
from orchestration.diagnosis import Diagnosis
from orchestration.resources import Platform


@dataclass(frozen=True)
class Provisioned:
    """What a provisioning did: ``problems`` are the vendor's own words for what it refused, ``notes`` what a person should know."""

    components: int
    problems: Sequence[str] = ()
    notes: Sequence[str] = ()


class MakeDestination(Protocol):
    def __call__(self, platform: Platform, dry_run: bool) -> AnyDestination:
        """Make the destination; asks nothing of the vendor yet. A dry run remembers nothing either."""
        ...


class Checkable(Protocol):
    def __call__(self, platform: Platform) -> Iterator[Diagnosis]:
        """Look at the live system for ``voice doctor``, changing nothing; only called when the vendor is configured."""
        ...


class Provisionable(Protocol):
    def __call__(self, platform: Platform, target: str | None, dry_run: bool) -> Provisioned:
        """Create or change what the platform needs there; a dry run validates and keeps nothing."""
        ...


@dataclass(frozen=True)
class Vendor:
    """One entry of the registry. ``name`` names its asset, commands, lock, circuit and rows of ``delivery_log``."""

    name: str
    title: str
    settings: type[VendorSettings]
    make: MakeDestination
    check: Checkable | None = None
    provision: Provisionable | None = None

    def missing(self, platform: Platform) -> str | None:
        """The variable that must be set before it can be used; None when it is configured."""
        return platform.settings_of(self.settings).missing
