"""Define a vendor: its settings, its destination, and the optional capabilities of its adapter.

An optional capability is a protocol that is added here together with its first implementer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from contract.platform.settings import VendorSettings
from orchestration.delivery.destination import AnyDestination
from orchestration.diagnosis import Diagnosis
from orchestration.resources import Platform


@dataclass(frozen=True)
class Provisioned:
    """The result of a provisioning: ``problems`` are the vendor's messages about refused components; ``notes`` are for people."""

    components: int
    problems: Sequence[str] = ()
    notes: Sequence[str] = ()


class MakeDestination(Protocol):
    def __call__(self, platform: Platform, dry_run: bool) -> AnyDestination:
        """Make the destination; sends no request yet. A dry run stores nothing either."""
        ...


class Checkable(Protocol):
    def __call__(self, platform: Platform) -> Iterator[Diagnosis]:
        """Check the live system for ``voice doctor`` without changing it; only called when the vendor is configured."""
        ...


class Provisionable(Protocol):
    def __call__(self, platform: Platform, target: str | None, dry_run: bool) -> Provisioned:
        """Create or change what the platform needs at the vendor; a dry run validates and saves nothing."""
        ...


class Due(Protocol):
    def __call__(self, platform: Platform) -> bool:
        """Return whether something is to be sent that no publication brings, such as an alert; sends no request."""
        ...


class AlertsAtOnce(Protocol):
    def __call__(self, platform: Platform, alerts: Sequence[int], seconds: float) -> AnyDestination:
        """Make a destination of these alerts alone that waits for no answer longer than ``seconds``, and for nothing else."""
        ...


@dataclass(frozen=True)
class Vendor:
    """One entry of the registry. ``name`` names its asset, commands, lock, circuit and rows of ``delivery_log``.

    One with ``is_due`` follows nothing: its sync runs when that says so. One with ``at_once`` gets business alerts before it.
    """

    name: str
    title: str
    settings: type[VendorSettings]
    make: MakeDestination
    check: Checkable | None = None
    provision: Provisionable | None = None
    is_due: Due | None = None
    at_once: AlertsAtOnce | None = None
    also_missing: Callable[[Platform], str | None] = lambda platform: None
    """Return the variable that is missing of settings that it shares with others."""

    def missing(self, platform: Platform) -> str | None:
        """Return the variable that must be set before it can be used; None when it is configured."""
        return platform.settings_of(self.settings).missing or self.also_missing(platform)
