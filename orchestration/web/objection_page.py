"""Answer ``/objections/<category>/<topic>``: what to say to it, how often it is raised, by whom, and whether it is resolved."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from orchestration.dashboards.definition import subject_panel
from orchestration.dashboards.filters import LONGEST_VALUE
from orchestration.dashboards.names import ReaderNames
from orchestration.web.call_view import Badge
from orchestration.web.dashboard_pages import filters_of
from orchestration.web.identity import signed_in_person
from orchestration.web.service import service_of
from orchestration.web.subject_page import SubjectHead, record_subject, show_subject, subject_widgets, unknown
from orchestration.web.widgets import is_known


def objection_page(request: Request) -> Response:
    """Show one objection; ``Refusal`` 404 for one that no call has raised."""
    service, person = service_of(request), signed_in_person(request)
    subject = {"category": request.path_params["category"], "objection": request.path_params["objection"]}
    known = all(len(part) <= LONGEST_VALUE for part in subject.values()) and is_known(service, "objection", subject)
    if not known:
        raise unknown(
            request,
            person,
            "No call has raised this objection.",
            "Choose one of the panel Sales intelligence, under Common objections.",
        )
    filters = filters_of(request)
    record_subject(request, person, "shown")
    names = ReaderNames(service.platform.reference)
    read, views = subject_widgets(request, person, subject_panel("objection").widgets, filters, subject)
    head = SubjectHead(
        kind="Objection",
        title=names.topic(subject["objection"]),
        parent=("/dashboards/sales-intelligence", "Sales intelligence"),
        subtitle=subject_panel("objection").about,
        badges=(Badge(subject["category"].replace("_", " ").capitalize()),),
        tips=names.tips(subject["category"]),
    )
    return show_subject(request, person, head, read, views, filters)
