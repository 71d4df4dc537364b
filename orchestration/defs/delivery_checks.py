"""Define one asset check per vendor: it reports whether eligible items were delivered, and why others were not."""

import dagster as dg

from orchestration.delivery.log import delivery_problems, delivery_totals
from orchestration.destinations.vendor import Vendor
from orchestration.resources import Platform

_ADDS_UP = "eligible = delivered + suppressed + parked + pending, and nothing is parked."
_STATES = ("eligible", "sent", "pending", "parked", "suppressed", "superseded", "unknown")


def delivery_check(vendor: Vendor) -> dg.AssetChecksDefinition:
    """Warn when an item is parked, or when it is unknown whether it was delivered."""

    @dg.asset_check(asset=f"{vendor.name}_sync", name="deliveries", description=_ADDS_UP)
    def deliveries(platform: dg.ResourceParam[Platform]) -> dg.AssetCheckResult:
        by_kind = [total for total in delivery_totals(platform.state) if total["destination"] == vendor.name]
        problems = [problem for problem in delivery_problems(platform.state) if problem["destination"] == vendor.name]
        totals = {state: sum(total[state] for total in by_kind) for state in _STATES}
        reasons = "; ".join(f"{p['items']} {p['kind']}: {p['code'] or p['state']}, {p['reason']}" for p in problems)
        return dg.AssetCheckResult(
            passed=not totals["parked"] and not totals["unknown"],
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                **totals,
                "why": reasons or "nothing is parked",
                "sessions": ", ".join(str(problem["session"]) for problem in problems) or "none",
                "what to do": f"Fix what the reason says, then 'voice sync {vendor.name} --again'.",
            },
        )

    return deliveries
