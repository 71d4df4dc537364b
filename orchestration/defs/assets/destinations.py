"""``salesforce_sync`` and ``amplitude_sync``: what is due goes out. One asset each, so that one that is away stops no other."""

from typing import Any

import dagster as dg

from orchestration.delivery.log import delivery_problems, delivery_totals
from orchestration.destinations.registry import NAMES, configured, destination_named
from orchestration.resources import Platform
from orchestration.state.builds import record_synced
from orchestration.state.counters import counter
from orchestration.warehouse.manifest import read_manifest

_ADDS_UP = "eligible = delivered + suppressed + parked + pending, and nothing is parked."


def _sync_asset(name: str) -> dg.AssetsDefinition:
    @dg.asset(name=f"{name}_sync", deps=["published_warehouse"], group_name="destinations", pool=name, kinds={name})
    def synced(platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
        if name not in configured(platform):
            return dg.MaterializeResult(metadata={"synced": f"no: {name} is not configured"})
        from orchestration.delivery.engine import sync

        published = read_manifest(platform.settings.published_dir)
        summary = sync(destination_named(platform, name), platform.settings, platform.state)
        counts = {
            f"{kind}: {count.replace('_', ' ')}": value
            for kind, counts in summary.counts_by_kind.items()
            for count, value in vars(counts).items()
            if value
        }
        if summary.failure:
            raise dg.Failure(f"{summary.failure} What is due stays due.", metadata=counts)
        with platform.state.writing() as connection:
            record_synced(connection, name, published.version if published else 0)
        metadata: dict[str, Any] = {"failed_rows": summary.failed_rows, **counts}
        if summary.completion_ratio is not None:
            metadata["completion_ratio"] = round(summary.completion_ratio, 4)
        return dg.MaterializeResult(metadata=metadata)

    return synced


@dg.asset(group_name="destinations", pool="salesforce", kinds={"salesforce", "parquet"})
def crm_opportunities(platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
    """Opportunities of the callers' accounts, as they are in the CRM now, into the lake (spec 6.2)."""
    if "salesforce" not in configured(platform):
        return dg.MaterializeResult(metadata={"read": "no: salesforce is not configured"})
    from orchestration.destinations.salesforce.destination import salesforce_client
    from orchestration.destinations.salesforce.inbound import extract_opportunities

    extracted = extract_opportunities(platform, salesforce_client(platform.settings, platform.state))
    return dg.MaterializeResult(metadata={"opportunities": extracted.opportunities, "accounts": extracted.totals})


SYNC_ASSETS = [_sync_asset(name) for name in NAMES]


def sync_is_due(platform: Platform, name: str) -> bool:
    """Whether something was published since the last sync that came to its end, or an item waits for another try."""
    published = read_manifest(platform.settings.published_dir)
    if name not in configured(platform) or published is None:
        return False
    waiting = any(total["pending"] for total in delivery_totals(platform.state) if total["destination"] == name)
    with platform.state.reading() as connection:
        return waiting or counter(connection, f"{name}_synced_version") != published.version


def _delivery_check(name: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=f"{name}_sync", name="deliveries", description=_ADDS_UP)
    def deliveries(platform: dg.ResourceParam[Platform]) -> dg.AssetCheckResult:
        totals = [total for total in delivery_totals(platform.state) if total["destination"] == name]
        problems = [problem for problem in delivery_problems(platform.state) if problem["destination"] == name]
        states = ("eligible", "sent", "pending", "parked", "suppressed", "superseded", "unknown")
        totals = {state: sum(total[state] for total in totals) for state in states}
        reasons = "; ".join(f"{p['items']} {p['kind']}: {p['code'] or p['state']}, {p['reason']}" for p in problems)
        return dg.AssetCheckResult(
            passed=not totals["parked"] and not totals["unknown"],
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                **totals,
                "why": reasons or "nothing is parked",
                "sessions": ", ".join(str(problem["session"]) for problem in problems) or "none",
                "what to do": f"Put right what the reason says, then 'voice sync {name} --again'.",
            },
        )

    return deliveries


DELIVERY_CHECKS = [_delivery_check(name) for name in NAMES]
