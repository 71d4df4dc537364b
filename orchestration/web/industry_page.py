"""Answer ``/industries/<industry>``: what its calls are worth, need and object to, and its leads (spec 6.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orchestration.dashboards.definition import Widget, subject_panel, widget_named
from orchestration.dashboards.filters import LONGEST_VALUE
from orchestration.dashboards.names import ReaderNames
from orchestration.web.dashboard_pages import filters_of
from orchestration.web.identity import signed_in_person
from orchestration.web.service import service_of
from orchestration.web.subject_page import SubjectHead, record_subject, show_subject, subject_widgets, unknown
from orchestration.web.widgets import is_known

OF_PANELS = (
    "conversion-rate",
    "meetings-booked",
    "engagement-score",
    "lead-scores",
    "team-size",
    "integration-needs",
    "competitor-mentions",
    "sentiment-distribution",
)
"""Widgets of the panels that say most of one industry."""


def industry_list(request: Request) -> Response:
    """Lead on to the panel that ranks industries."""
    query = request.url.query
    return RedirectResponse(f"/dashboards/sales-intelligence{'?' + query if query else ''}#top-industries", status_code=303)


def industry_page(request: Request) -> Response:
    """Show one industry; ``Refusal`` 404 for one that no call has, whatever the address holds."""
    service, person = service_of(request), signed_in_person(request)
    industry = request.path_params["industry"]
    known = len(industry) <= LONGEST_VALUE and is_known(service, "industry", {"industry": industry})
    if not known:
        raise unknown(
            request,
            person,
            "No call is of this industry.",
            "Choose an industry of the panel Sales intelligence, under Top industries.",
        )
    filters = replace(filters_of(request), industry=industry)
    record_subject(request, person, "shown")
    read, views = subject_widgets(request, person, _widgets(), filters, {})
    head = SubjectHead(
        kind="Industry",
        title=ReaderNames(service.platform.reference).industry(industry),
        parent=("/dashboards/sales-intelligence", "Sales intelligence"),
        subtitle=subject_panel("industry").about,
        fixed=("industry",),
    )
    return show_subject(request, person, head, read, views, filters)


def _widgets() -> list[Widget]:
    found: Mapping[str, Widget | None] = {name: widget_named(name) for name in OF_PANELS}
    common = widget_named("common-objections")
    return [*filter(None, found.values()), *([common] if common else []), *subject_panel("industry").widgets]
