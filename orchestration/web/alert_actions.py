"""Acknowledge an alert and silence its rule from the page of an alert, with the audit in the same transaction."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orchestration.alerts.rules import AlertRules
from orchestration.state.alerting import acknowledge, silence
from orchestration.state.call_views import ViewOutcome, add_view
from orchestration.web.alert_page import SILENCES, alert_number, known_alert
from orchestration.web.identity import WebUser, signed_in_person
from orchestration.web.refusal import Refusal, not_found
from orchestration.web.service import service_of
from orchestration.web.subject_page import record_subject


def acknowledge_alert(request: Request) -> Response:
    """Acknowledge it in the person's name; one that somebody has acknowledged before stays theirs. Leads back to the alert."""
    person = _permitted(request, "acknowledges")
    number, platform = alert_number(request), service_of(request).platform
    known_alert(request, person, number)
    with platform.state.writing() as connection:
        if acknowledge(connection, number, person.name, platform.now()):
            _audit(request, person, connection, number, "acknowledged")
    return RedirectResponse(f"/alerts/{number}", status_code=303)


def silence_rule(request: Request) -> Response:
    """Silence the alert's rule for a while: what it finds is recorded, and no channel gets it. Leads back to the alert."""
    person = _permitted(request, "silences")
    number, platform = alert_number(request), service_of(request).platform
    alert, length = known_alert(request, person, number), SILENCES.get(request.path_params["length"])
    if length is None or alert["alert_name"] not in {rule.name for rule in platform.reference.table(AlertRules).rules}:
        raise not_found()
    with platform.state.writing() as connection:
        silence(connection, alert["alert_name"], platform.now() + length[1], person.name)
        _audit(request, person, connection, number, "silenced")
    return RedirectResponse(f"/alerts/{number}", status_code=303)


def _permitted(request: Request, right: str) -> WebUser:
    person = signed_in_person(request)
    if not getattr(person.rights, right):
        record_subject(request, person, "refused")
        raise Refusal(403, "not_allowed", "Your role does not do this with alerts.", "Ask somebody with the role sales or admin.")
    return person


def _audit(request: Request, person: WebUser, connection: Connection, number: int, outcome: ViewOutcome) -> None:
    add_view(connection, person.name, person.role, f"alerts/{number}", outcome, service_of(request).real_time())
