"""Run a vendor's sync as a follower of the publication."""

from __future__ import annotations

from typing import Any

from contract.platform.failures import TransientFailure
from orchestration.delivery.destination import AnyDestination
from orchestration.delivery.engine import Summary, sync
from orchestration.delivery.log import delivery_totals
from orchestration.destinations.vendor import Vendor
from orchestration.resources import Platform


class SyncFailure(TransientFailure):
    """A sync ended early: what is due stays due. ``figures`` are its counts until then."""

    def __init__(self, problem: str, figures: dict[str, Any]) -> None:
        super().__init__(problem, "What is due stays due: the next run sends it.")
        self.figures = figures


def sync_vendor(vendor: Vendor, platform: Platform) -> dict[str, Any]:
    """Send what is due to a vendor and return its figures."""
    return sync_destination(vendor.make(platform, dry_run=False), platform)


def sync_destination(destination: AnyDestination, platform: Platform) -> dict[str, Any]:
    """Send what is due and return its figures; raises ``SyncFailure`` when the destination became unavailable."""
    summary = sync(destination, platform.settings, platform.state)
    if summary.failure:
        raise SyncFailure(summary.failure, _counts(summary))
    figures: dict[str, Any] = {"failed_rows": summary.failed_rows, **_counts(summary)}
    if summary.completion_ratio is not None:
        figures["completion_ratio"] = round(summary.completion_ratio, 4)
    return figures


def has_waiting_items(vendor: Vendor, platform: Platform) -> bool:
    """Return whether an item waits for a retry."""
    return any(total["pending"] for total in delivery_totals(platform.state) if total["destination"] == vendor.name)


def _counts(summary: Summary) -> dict[str, int]:
    return {
        f"{kind}: {name.replace('_', ' ')}": value
        for kind, counts in summary.counts_by_kind.items()
        for name, value in vars(counts).items()
        if value
    }
