"""Answer ``/reports/<daily or weekly>/<first day>``: a report as it was written, where the e-mails' links lead (spec 7.5)."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from orchestration.reports.files import report_path
from orchestration.reports.kinds import KINDS
from orchestration.web.identity import signed_in_person
from orchestration.web.refusal import Refusal, not_found
from orchestration.web.service import service_of


def report_page(request: Request) -> Response:
    """Show the report to people who may see whom it names; ``Refusal`` 404 for one that was never written."""
    if not signed_in_person(request).rights.identity:
        raise Refusal(403, "not_allowed", "Reports name leads, and your role does not see who they are.", "Ask for the role sales.")
    kind, first = KINDS.get(request.path_params["report"]), _day(request.path_params["first"])
    if kind is None or first is None or kind.first_day(first) != first:
        raise not_found()
    try:
        page = report_path(service_of(request).platform.settings, kind, first).read_bytes()
    except FileNotFoundError:
        raise Refusal(
            404, "not_found", f"There is no {kind.name} report of that {kind.period}.", f"'voice report {kind.name}' writes one."
        ) from None
    return HTMLResponse(page)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
