"""Answer ``/calls/<session id>``: sign the person in, record the view, then show the call."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from contract.document.keys import safe_session_id
from contract.rejections import Rejected
from orchestration.reports.display_names import DisplayNames
from orchestration.state.call_views import ViewOutcome, record_view
from orchestration.web.call_rows import read_call
from orchestration.web.call_view import call_view
from orchestration.web.identity import WebUser, signed_in_name, signed_in_person
from orchestration.web.pages import page
from orchestration.web.refusal import Refusal, not_found
from orchestration.web.service import service_of


def call_page(request: Request) -> Response:
    """Show the call as far as the person's role allows. A view that cannot be recorded is not given."""
    try:
        session_id = safe_session_id(request.path_params["session_id"])
    except Rejected:
        raise not_found() from None
    try:
        person = signed_in_person(request)
    except Refusal as refusal:
        if refusal.reason == "no_role":
            _record(request, signed_in_name(request), "none", session_id, "refused")
        raise
    return _shown(request, person, session_id)


def _shown(request: Request, person: WebUser, session_id: str) -> Response:
    platform = service_of(request).platform
    call = read_call(platform, session_id, person.rights)
    _record(request, person.name, person.role, session_id, "not_found" if call is None else "shown")
    if call is None:
        raise Refusal(404, "not_found", "No call is known by this id.", "Check the link; 'voice status' shows what was received.")
    view = call_view(call, person.rights, platform.settings.business_zone, DisplayNames(platform.reference))
    return page("call.html.j2", person=person, call=view)


def _record(request: Request, viewer: str, role: str, session_id: str, outcome: ViewOutcome) -> None:
    service = service_of(request)
    record_view(service.platform.state, viewer, role, session_id, outcome, service.real_time())
