"""Answer ``/alerts/<id>``: what an alert says, what to do, its calls, and what became of it (spec 6.6, 7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orchestration.alerts.rules import AlertRule, AlertRules
from orchestration.state.alerting import alert_with_id, silence_of
from orchestration.web.alert_view import alert_view
from orchestration.web.identity import WebUser, signed_in_person
from orchestration.web.pages import page
from orchestration.web.refusal import not_found
from orchestration.web.service import service_of
from orchestration.web.subject_page import record_subject, unknown

SILENCES: Mapping[str, tuple[str, timedelta]] = {
    "30m": ("30 minutes", timedelta(minutes=30)),
    "2h": ("2 hours", timedelta(hours=2)),
    "8h": ("8 hours", timedelta(hours=8)),
    "1d": ("1 day", timedelta(days=1)),
}
"""Lengths of a silence by their part of the address: a rule that is to be quiet for longer is one to be changed."""
_LONGEST_NUMBER = 19  # digits of a 63-bit id


def alert_list(request: Request) -> Response:
    """Lead on to the panel that lists alerts."""
    return RedirectResponse("/dashboards/trends#degradation-alerts", status_code=303)


def alert_page(request: Request) -> Response:
    """Show the alert as far as the person's role allows; ``Refusal`` 404 for an unknown one."""
    service, person = service_of(request), signed_in_person(request)
    number = alert_number(request)
    alert = known_alert(request, person, number)
    record_subject(request, person, "shown")
    platform = service.platform
    with platform.state.reading() as connection:
        silenced = silence_of(connection, alert["alert_name"], platform.now())
    rule = _rule(platform.reference.table(AlertRules), alert["alert_name"])
    view = alert_view(alert, rule, silenced, person.rights, platform.settings.business_zone, platform.settings.code_url)
    silences = [(length, name) for length, (name, _) in SILENCES.items()]
    return page("alert.html.j2", person=person, alert=view, silences=silences)


def alert_number(request: Request) -> int:
    """Return the id of the address; ``Refusal`` 404 for what is none."""
    text = request.path_params["alert"]
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER) or int(text) >= 2**63:  # signed, as it is stored
        raise not_found()
    return int(text)


def known_alert(request: Request, person: WebUser, number: int) -> Mapping[str, Any]:
    """Return the row of the alert; ``Refusal`` 404 when there is none."""
    with service_of(request).platform.state.reading() as connection:
        alert = alert_with_id(connection, number)
    if alert is None:
        raise unknown(request, person, "No alert has this id.", "Check the link; 'voice alerts' lists alerts with their ids.")
    return alert


def _rule(rules: AlertRules, name: str) -> AlertRule | None:
    return next((rule for rule in rules.rules if rule.name == name), None)
