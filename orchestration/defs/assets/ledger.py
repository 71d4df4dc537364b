"""Write the results of a batch to the operational database: business alerts first, then the sessions' state ``analysed``.

The order matters: a crash between the two raises an alert a second time (which changes nothing) and never loses one.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from analyzers.claims import ClaimsByEngine
from analyzers.lead_score.models import LeadScore
from analyzers.sales_intelligence import SalesIntelligence
from contract.document.session import SessionDocument
from orchestration.alerts.business import AnalysedCall
from orchestration.alerts.business import business_alerts as alerts_of_call
from orchestration.alerts.history import record_alerts
from orchestration.alerts.opted_out import opted_out
from orchestration.defs.assets.call_assets import BatchRun, CallAsset, Written
from orchestration.defs.assets.lake_calls import analysed_call, calls_of_day, rows_of
from orchestration.intake.batch import Batch
from orchestration.resources import Platform
from orchestration.state.documents import record_analysed


def write_business_alerts(run: BatchRun) -> Written:
    """Record what each call of the batch gives reason to tell; an alert that is known already changes nothing."""
    platform, batch = run.platform, run.batch()
    calls = {day: _analysed_calls(platform, batch, day) for day in batch.days}
    unwanted = opted_out(platform.settings, {key for of_day in calls.values() for key, _ in of_day})
    unwanted |= {key for of_day in calls.values() for key, call in of_day if not call.may_be_called}
    by_day = {
        day: [alert for key, call in of_day for alert in alerts_of_call(replace(call, opted_out=key in unwanted))]
        for day, of_day in calls.items()
    }
    with platform.state.writing() as connection:
        new = record_alerts(connection, [alert for alerts in by_day.values() for alert in alerts])
    return Written({day: {"alerts": len(alerts)} for day, alerts in by_day.items()}, {"new": new})


def _analysed_calls(platform: Platform, batch: Batch, day: date) -> list[tuple[str, AnalysedCall]]:
    """Return the calls of a day with the key of their lead."""
    results, leads = (
        rows_of(platform.store, "analysis_results", batch, day),
        rows_of(platform.store, "session_documents", batch, day),
    )
    claims = platform.reference.table(ClaimsByEngine)
    return [
        (
            str(leads[lake_call.session_id]["lead_key"]),
            _analysed_call(lake_call.call.document, results[lake_call.session_id], claims),
        )
        for lake_call in calls_of_day(platform.store, platform.reference, batch, day)
        if lake_call.session_id in results
    ]


def _analysed_call(document: SessionDocument, row: Mapping[str, Any], claims: ClaimsByEngine) -> AnalysedCall:
    sales = SalesIntelligence.model_validate_json(row["sales_intelligence"])
    return analysed_call(document, row["engine"], sales, LeadScore.model_validate_json(row["lead_score"]), claims)


def write_analysed(run: BatchRun) -> Written:
    """Record the sessions of the batch that are complete in the lake, and forget the calls held in memory."""
    platform, batch = run.platform, run.batch()
    complete = {(d, s) for d in batch.days for s in rows_of(platform.store, "analysis_results", batch, d)}
    done = [document for document in batch.documents if (document.day, document.session_id) in complete]
    with platform.state.writing() as connection:
        closed = record_analysed(connection, batch.run_id, [d.store_key for d in done], batch.analysis_seq, platform.now())
    calls_of_day.cache_clear()
    per_day = {day: {"sessions": sum(d.day == day for d in done)} for day in batch.days}
    return Written(per_day, {"sessions": closed})


BUSINESS_ALERTS = CallAsset(
    "business_alerts",
    "Enters hot leads, booked meetings and mentioned competitors into the alert history (spec 7.3).",
    write_business_alerts,
    deps=["analysis_results"],
    group="alerts",
    kinds=frozenset({"python", "sqlite"}),
)
ANALYSED_SESSIONS = CallAsset(
    "analysed_sessions",
    "Records that these sessions are in the lake with all nine reports, and so are due for the next warehouse build.",
    write_analysed,
    deps=["analysis_results", "business_alerts"],
    kinds=frozenset({"python", "sqlite"}),
)
