"""Write the results of a batch to the operational database: business alerts first, then the sessions' state ``analysed``.

The order matters: a crash between the two raises an alert a second time (which changes nothing) and never loses one.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from orchestration.alerts.business import RULES, Alert
from orchestration.alerts.history import record_alerts
from orchestration.alerts.opted_out import opted_out
from orchestration.alerts.rules import AlertRules
from orchestration.analysis.rows import rows_of
from orchestration.defs.assets.batch_analysis import ALERTS
from orchestration.defs.assets.call_assets import BatchRun, CallAsset, Written
from orchestration.destinations.at_once import try_at_once
from orchestration.state.documents import record_analysed
from orchestration.state.recent_calls import WatchedCall, record_analysed_calls

LATE = "it became known too long after the call"
"""Why no channel gets an alert: of a backlog or of a store that was lost, nobody can act on it any more."""


def write_business_alerts(run: BatchRun) -> Written:
    """Record what each call of the batch gives reason to tell, and try it at its channel at once; what is known changes nothing."""
    calls = {day: [(c.lead_key, c.made.alerts) for c in of_day if c.made.alerts] for day, of_day in run.calls.items()}
    unwanted = opted_out(run.platform.settings, {key for of_day in calls.values() for key, _ in of_day})
    unwanted |= {key for of_day in calls.values() for key, made in of_day if not made.may_be_called}
    by_day = {
        day: [_of_lead(alert, key) for key, made in of_day for alert in (made.opted_out if key in unwanted else made.wanted)]
        for day, of_day in calls.items()
    }
    alerts = [alert for of_day in by_day.values() for alert in of_day]
    since = run.platform.now() - timedelta(minutes=run.platform.reference.table(AlertRules).late_after)
    with run.platform.state.writing() as connection:
        new = record_alerts(connection, [alert for alert in alerts if alert.triggered_at >= since])
        new += record_alerts(connection, [alert for alert in alerts if alert.triggered_at < since], LATE)
    if new:
        try_at_once(run.platform, [alert.id for alert in _most_urgent(alerts) if alert.triggered_at >= since])
    return Written({day: {"alerts": len(alerts)} for day, alerts in by_day.items()}, {"new": new})


def _of_lead(alert: Alert, key: str | None) -> Alert:
    """Return the alert with the pseudonym of its lead, by which a channel finds the owner to mention."""
    return replace(alert, context={**alert.context, "lead_key": key}) if key else alert


def _most_urgent(alerts: Sequence[Alert]) -> list[Alert]:
    """Return the alerts in the order of the rules, hot leads first, and the latest call first within a rule."""
    order = {rule.name: number for number, rule in enumerate(RULES)}
    latest_first = sorted(alerts, key=lambda alert: alert.triggered_at, reverse=True)
    return sorted(latest_first, key=lambda alert: order.get(alert.alert_name, len(order)))


def write_analysed(run: BatchRun) -> Written:
    """Record the sessions of the batch that are complete in the lake."""
    platform, batch = run.platform, run.batch()
    complete = {(d, s) for d in batch.days for s in rows_of(platform.store, "analysis_results", batch, d)}
    done = [document for document in batch.documents if (document.day, document.session_id) in complete]
    keys, now, recent = [d.store_key for d in done], platform.now(), _recent_calls(run, {d.session_id for d in done})
    with platform.state.writing() as connection:
        closed = record_analysed(connection, batch.run_id, keys, batch.analysis_seq, now)
        record_analysed_calls(connection, [replace(call, known_at=now) for call in recent], keys, now)
    per_day = {day: {"sessions": sum(d.day == day for d in done)} for day in batch.days}
    return Written(per_day, {"sessions": closed})


def _recent_calls(run: BatchRun, sessions: set[str]) -> list[WatchedCall]:
    """Return what alert rules look at of these calls, when the run makes alerts."""
    if ALERTS not in run.assets:
        return []
    made = [call.made.recent for of_day in run.calls.values() for call in of_day if call.session_id in sessions]
    return [recent for recent in made if recent is not None]


BUSINESS_ALERTS = CallAsset(
    ALERTS,
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
