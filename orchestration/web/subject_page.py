"""Show the page of a subject that dashboards lead to: what it is, its figures, and widgets of it (spec 6.5, 6.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from contract.platform.times import aware
from orchestration.dashboards.definition import Widget
from orchestration.dashboards.filters import Filters, read_filters
from orchestration.dashboards.names import ReaderNames
from orchestration.dashboards.view import WidgetView
from orchestration.reports.wording import moment
from orchestration.state.call_views import ViewOutcome, record_view
from orchestration.web.call_view import Badge, ValueWithLabel
from orchestration.web.dashboard_pages import filter_form, late_notice, today_at, widget_views
from orchestration.web.identity import WebUser
from orchestration.web.pages import page
from orchestration.web.refusal import Refusal
from orchestration.web.service import WebService, service_of
from orchestration.web.widgets import Published, choices, read_widgets


@dataclass(frozen=True)
class SubjectHead:
    """What stands above the widgets. ``parent`` is the address and name of the page that one comes from.

    ``score`` and ``temperature`` are a lead's. ``tips`` are what to say to an objection.
    """

    kind: str
    title: str
    parent: tuple[str, str]
    subtitle: str = ""
    badges: tuple[Badge, ...] = ()
    figures: tuple[ValueWithLabel, ...] = ()
    score: str = ""
    score_percent: int = 0
    temperature: str = ""
    tips: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    """Filters that the subject itself sets, which are not offered."""


def subject_widgets(
    request: Request, person: WebUser, widgets: Iterable[Widget], filters: Filters, subject: Mapping[str, Any]
) -> tuple[Published, list[WidgetView]]:
    """Read what the person may see of the subject, and word it."""
    service = service_of(request)
    read = read_widgets(service, widgets, filters, person.rights, subject)
    return read, widget_views(service, read, filters, person)


def show_subject(
    request: Request, person: WebUser, head: SubjectHead, read: Published, views: Sequence[WidgetView], filters: Filters | None
) -> Response:
    """Render the page; without ``filters`` it is of all calls and has no form."""
    service = service_of(request)
    zone = service.platform.settings.business_zone
    return page(
        "subject.html.j2",
        person=person,
        head=head,
        widgets=views,
        here=request.url.path,
        form=_form(service, filters, head.fixed) if filters else None,
        as_of=moment(aware(read.as_of), zone) if read.as_of else "",
        published=read.manifest is not None,
        late=late_notice(service),
        zone=str(zone),
    )


def record_subject(request: Request, person: WebUser, outcome: ViewOutcome) -> None:
    """Write the audit before a page with words or persons is sent: a view that cannot be recorded is not given."""
    service = service_of(request)
    record_view(service.platform.state, person.name, person.role, request.url.path.lstrip("/"), outcome, service.real_time())


def unknown(request: Request, person: WebUser, problem: str, remedy: str) -> Refusal:
    """Return the refusal of a subject that is not known, after the audit has it."""
    record_subject(request, person, "not_found")
    return Refusal(404, "not_found", problem, remedy)


def all_calls(service: WebService) -> Filters:
    """Return filters that restrict nothing, for pages of all calls."""
    return read_filters({}, today_at(service))


def _form(service: WebService, filters: Filters, fixed: Sequence[str]) -> Any:
    names = ReaderNames(service.platform.reference)
    return filter_form(names, choices(service), filters, today_at(service), fixed)
