"""Standing conditions as asset checks: each gives an exact count, up to 20 sessions and what to do."""

from datetime import timedelta

import dagster as dg

from orchestration.resources import Platform
from orchestration.state.accounting import account, unaccounted_sessions

PENDING_TOO_OLD = timedelta(hours=1)
SAMPLE = 20


@dg.asset_check(
    asset="analysed_sessions", description="received = analysed + rejected + pending, and nothing waits for over an hour."
)
def conservation(platform: dg.ResourceParam[Platform]) -> dg.AssetCheckResult:
    """Red on a residual, on sessions marked analysed that lack their analysis, and on the age of what is pending."""
    accounts = account(platform.state, platform.now())
    unaccounted = unaccounted_sessions(platform.state)
    waiting = accounts.oldest_pending_seconds or 0
    late = waiting > PENDING_TOO_OLD.total_seconds()
    return dg.AssetCheckResult(
        passed=accounts.residual == 0 and not unaccounted and not late,
        metadata={
            "received": accounts.received,
            "analysed": accounts.analysed,
            "rejected": accounts.rejected,
            "pending": accounts.pending,
            "residual": accounts.residual,
            "oldest pending, seconds": waiting,
            "sessions": ", ".join(unaccounted[:SAMPLE]) or "none",
            "what to do": "'voice explain SESSION' shows where one stopped; 'voice run' takes up what is pending.",
        },
    )
