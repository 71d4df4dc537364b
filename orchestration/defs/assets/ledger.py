"""Write the results of a batch to the operational database: business alerts first, then the sessions' state ``analysed``.

The order matters: a crash between the two raises an alert a second time (which changes nothing) and never loses one.
"""

from datetime import date
from typing import Any

import dagster as dg

from analyzers.lead_score import LeadScore
from analyzers.sales_intelligence import SalesIntelligence
from orchestration.alerts.business import Alert, AnalysedCall
from orchestration.alerts.business import business_alerts as alerts_of_call
from orchestration.alerts.history import record_alerts
from orchestration.defs.assets.analyzers import analysis_results
from orchestration.defs.assets.lake_calls import calls_of_day, rows_of
from orchestration.defs.assets.partitions import batch_of, materialized
from orchestration.defs.tags import WITH_EACH_BATCH
from orchestration.intake.batch import Batch
from orchestration.resources import Platform
from orchestration.state.documents import record_analysed


@dg.asset(group_name="alerts", deps=[analysis_results], kinds={"python", "sqlite"}, tags=WITH_EACH_BATCH)
def business_alerts(context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
    """Enters hot leads, booked meetings and mentioned competitors into the alert history (spec 7.3)."""
    batch = batch_of(context, platform)
    by_day = {day: _alerts_of_day(platform, batch, day) for day in batch.days}
    with platform.state.writing() as connection:
        new = record_alerts(connection, [alert for alerts in by_day.values() for alert in alerts])
    return materialized(context, {day: {"alerts": len(alerts)} for day, alerts in by_day.items()}, {"new": new})


def _alerts_of_day(platform: Platform, batch: Batch, day: date) -> list[Alert]:
    results = rows_of(platform.store, "analysis_results", batch, day)
    alerts: list[Alert] = []
    for lake_call in calls_of_day(platform.store, platform.reference, batch, day):
        row = results.get(lake_call.session_id)
        if row:
            sales = SalesIntelligence.model_validate_json(row["sales_intelligence"])
            alerts += alerts_of_call(AnalysedCall(lake_call.call.document, sales, LeadScore.model_validate_json(row["lead_score"])))
    return alerts


@dg.asset(group_name="analysis", deps=[analysis_results, business_alerts], kinds={"python", "sqlite"}, tags=WITH_EACH_BATCH)
def analysed_sessions(context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
    """Records that these sessions are in the lake with all nine reports, and so are due for the next warehouse build."""
    batch = batch_of(context, platform)
    complete = {(d, s) for d in batch.days for s in rows_of(platform.store, "analysis_results", batch, d)}
    done = [document for document in batch.documents if (document.day, document.session_id) in complete]
    with platform.state.writing() as connection:
        closed = record_analysed(connection, batch.run_id, [d.store_key for d in done], batch.analysis_seq, platform.now())
    calls_of_day.cache_clear()
    per_day = {day: {"sessions": sum(d.day == day for d in done)} for day in batch.days}
    return materialized(context, per_day, {"sessions": closed})
