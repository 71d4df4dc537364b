"""Define permanent conditions as asset checks: each gives an exact count, up to 20 sessions and what to do."""

from datetime import timedelta

import dagster as dg

from contract.document.keys import session_in_key
from orchestration.intake.discovery import unregistered_keys
from orchestration.resources import Platform
from orchestration.state.reconciliation import reconcile, unaccounted_sessions
from orchestration.warehouse.lost_analyses import lost_analyses

PENDING_TOO_OLD = timedelta(hours=1)  # a batch takes minutes, so what waits longer is stuck
SAMPLE = 20  # sessions named in the metadata of a check


@dg.asset_check(
    asset="analysed_sessions", description="received = analysed + rejected + pending, and nothing waits for over an hour."
)
def conservation(platform: dg.ResourceParam[Platform]) -> dg.AssetCheckResult:
    """Fail on a residual, on sessions marked analysed that lack their analysis, and on pending documents that are too old."""
    totals = reconcile(platform.state, platform.now())
    unaccounted = unaccounted_sessions(platform.state)
    waiting = totals.oldest_pending_seconds or 0
    late = waiting > PENDING_TOO_OLD.total_seconds()
    return dg.AssetCheckResult(
        passed=totals.residual == 0 and not unaccounted and not late,
        metadata={
            "received": totals.received,
            "analysed": totals.analysed,
            "rejected": totals.rejected,
            "pending": totals.pending,
            "residual": totals.residual,
            "oldest pending, seconds": waiting,
            "sessions": ", ".join(unaccounted[:SAMPLE]) or "none",
            "what to do": "'voice explain SESSION' shows where one stopped; 'voice run' processes what is pending.",
        },
    )


@dg.asset_check(asset="analysed_sessions", description="Every session marked analysed has its analysis in the lake.")
def analyses_in_lake(platform: dg.ResourceParam[Platform]) -> dg.AssetCheckResult:
    """Fail on sessions marked analysed whose document row or analysis is missing from the lake; lists its parts."""
    lost = lost_analyses(platform.store, platform.state)
    return dg.AssetCheckResult(
        passed=not lost,
        metadata={
            "lost": len(lost),
            "sessions": ", ".join(found.session_id for found in lost[:SAMPLE]) or "none",
            "what to do": "'voice run', or the sensor within the hour, analyses them again from their documents.",
        },
    )


@dg.asset_check(asset="session_documents", description="Every document in the store is in the ledger.")
def all_documents_registered(platform: dg.ResourceParam[Platform]) -> dg.AssetCheckResult:
    """Fail on documents that have been in the store for an hour and that the ledger does not know; lists the whole store."""
    missing = unregistered_keys(platform.store, platform.state, platform.now() - PENDING_TOO_OLD)
    return dg.AssetCheckResult(
        passed=not missing,
        metadata={
            "unregistered": len(missing),
            "sessions": ", ".join(filter(None, map(session_in_key, missing[:SAMPLE]))) or "none",
            "what to do": "Check that the sensor new_calls is on and its last ticks succeeded; 'voice run' processes everything.",
        },
    )
