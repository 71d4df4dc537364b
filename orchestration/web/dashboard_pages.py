"""Answer ``/dashboards`` and ``/dashboards/<panel>``: the address is the state of the filters.

Charts of the default view are drawn here, once. Those of a filtered view are drawn by the reader's browser, which spares this
machine 20 to 50 ms a chart; with ``charts=drawn``, which the form of a browser without scripts sends, they are drawn here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from contract.platform.times import aware
from orchestration.dashboards.definition import Widget, panels
from orchestration.dashboards.filters import FILTER_LABELS, RANGES, SENTIMENTS, TIERS, Filters, WrongFilter, read_filters
from orchestration.dashboards.names import ReaderNames
from orchestration.dashboards.span_bounds import today_of
from orchestration.dashboards.view import WidgetView, WordingContext, widget_view
from orchestration.destinations.salesforce.settings import SalesforceSettings
from orchestration.reports.wording import counted, moment
from orchestration.rules.goals import Goals
from orchestration.rules.measures import Measures
from orchestration.state.reconciliation import reconcile
from orchestration.web.identity import WebUser, signed_in_person
from orchestration.web.pages import page
from orchestration.web.refusal import Refusal, not_found
from orchestration.web.service import WebService, service_of
from orchestration.web.widgets import NotableEvents, Published, choices, read_widgets

_LATE_SECONDS = 900.0  # a call that waits longer than a quarter of an hour is missing from the figures
_DRAWN = ("charts", "drawn")
"""Parameter of an address by which charts are drawn here also after a filter."""
_MOST_CHOICES = 300  # of a list to choose from: a longer one is no help, and the address takes any value


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class FilterForm:
    """What the form of a page shows."""

    ranges: tuple[Choice, ...]
    first_day: str
    last_day: str
    lists: tuple[tuple[str, str, tuple[Choice, ...]], ...]
    query: str
    is_changed: bool
    charts_drawn: bool = False

    @property
    def page_query(self) -> str:
        """The filters in the address of another panel, with where its charts are drawn."""
        return f"{self.query}&{_DRAWN[0]}={_DRAWN[1]}" if self.charts_drawn else self.query


def overview_page(request: Request) -> Response:
    """Show the first figures of every panel."""
    service, person = service_of(request), signed_in_person(request)
    filters, today = filters_of(request), today_at(service)
    shown = {panel.id: tuple(w for w in panel.widgets if w.parts[0].show == "figure") for panel in panels().values()}
    widgets = [widget for found in shown.values() for widget in found]
    read = read_widgets(service, widgets, filters, person.rights)
    shown_views = widget_views(service, read, filters, person, in_browser=_in_browser(request, filters, today))
    views = {view.widget.id: view for view in shown_views}
    sections = [(panel, [views[widget.id] for widget in shown[panel.id]]) for panel in panels().values() if shown[panel.id]]
    return _page(request, "overview.html.j2", person, filters, today, read, sections=sections)


def panel_page(request: Request) -> Response:
    """Show one panel; ``Refusal`` 404 for an unknown one, 400 for a filter that cannot be used."""
    service, person = service_of(request), signed_in_person(request)
    panel = panels().get(request.path_params["panel"])
    if panel is None:
        raise not_found()
    filters, today = filters_of(request), today_at(service)
    read = read_widgets(service, panel.widgets, filters, person.rights)
    views = widget_views(service, read, filters, person, in_browser=_in_browser(request, filters, today))
    return _page(request, "panel.html.j2", person, filters, today, read, panel=panel, widgets=views)


def filters_of(request: Request) -> Filters:
    """Read the filters of an address; ``Refusal`` 400 ``wrong_filter`` names the one that cannot be used, never its value."""
    try:
        return read_filters(request.query_params, today_at(service_of(request)))
    except WrongFilter as wrong:
        raise Refusal(400, "wrong_filter", f"The filter {wrong.name} cannot be used.", wrong.remedy) from None


def _in_browser(request: Request, filters: Filters, today: date) -> bool:
    """Return whether the reader's browser draws the charts."""
    return filters != read_filters({}, today) and request.query_params.get(_DRAWN[0]) != _DRAWN[1]


def action_address(service: WebService, widget: Widget) -> str:
    """Return where a widget's action leads; empty while no address is set."""
    return service.settings.content_board if widget.action else ""


def today_at(service: WebService) -> date:
    """Return the business day of the platform's clock."""
    return today_of(service.platform.now(), service.platform.settings.business_zone)


def widget_views(
    service: WebService, read: Published, filters: Filters, person: WebUser, *, in_browser: bool = False
) -> list[WidgetView]:
    """Word what was read, each widget once a version, filters and rights, and for whoever draws its charts."""
    context, query = _context(service, filters, person, in_browser), (filters.query(), in_browser)
    views: list[WidgetView] = []
    for rows, key in zip(read.rows, read.keys, strict=True):
        view = service.views.get((key, query)) if key else None
        if view is None:
            view = widget_view(rows, context)
            if key:
                service.views.put((key, query), view)
        views.append(view)
    return views


def _context(service: WebService, filters: Filters, person: WebUser, in_browser: bool) -> WordingContext:
    platform = service.platform
    reference = platform.reference
    return WordingContext(
        measures=reference.table(Measures),
        goals=reference.table(Goals),
        names=ReaderNames(reference),
        zone=platform.settings.business_zone,
        events=tuple((event.day, event.label) for event in reference.table(NotableEvents).events),
        crm=SalesforceSettings().url if person.rights.identity else "",
        query=filters.query(),
        applied=tuple(name for name, value in filters.dimensions() if value is not None),
        in_browser=in_browser,
    )


def _page(
    request: Request, template: str, person: WebUser, filters: Filters, today: date, read: Published, **values: Any
) -> Response:
    service = service_of(request)
    zone = service.platform.settings.business_zone
    form = filter_form(ReaderNames(service.platform.reference), choices(service), filters, today)
    return page(
        template,
        person=person,
        panels=list(panels().values()),
        here=request.url.path,
        form=replace(form, charts_drawn=request.query_params.get(_DRAWN[0]) == _DRAWN[1]),
        in_browser=_in_browser(request, filters, today),
        as_of=moment(aware(read.as_of), zone) if read.as_of else "",
        published=read.manifest is not None,
        late=late_notice(service),
        zone=str(zone),
        action_address=lambda widget: action_address(service, widget),
        **values,
    )


def late_notice(service: WebService) -> str:
    """Say since when calls wait that the figures do not hold; empty when none waits long."""
    totals = reconcile(service.platform.state, service.platform.now())
    if not totals.pending or (totals.oldest_pending_seconds or 0) <= _LATE_SECONDS:
        return ""
    waited = timedelta(seconds=totals.oldest_pending_seconds or 0)
    minutes = int(waited.total_seconds() // 60)  # seconds in a minute
    return f"{counted(totals.pending, 'call')} not in these figures yet; the oldest has waited {counted(minutes, 'minute')}."


def filter_form(
    names: ReaderNames, listed: Mapping[str, Sequence[str]], filters: Filters, today: date, fixed: Sequence[str] = ()
) -> FilterForm:
    """Return the form with the filters of the address chosen, without ``fixed`` ones, which the page itself sets.

    ``listed`` are the industries and versions that calls have.
    """
    chosen = filters.range_name(today)
    lists = (
        ("tier", _choices(TIERS, filters.tier, {})),
        ("sentiment", _choices(SENTIMENTS, filters.sentiment, {name: name.capitalize() for name in SENTIMENTS})),
        (
            "industry",
            _choices(listed["industry"], filters.industry, {k: names.industry(k) for k in listed["industry"]}),
        ),
        ("agent_version", _choices(listed["agent_version"], filters.agent_version, {})),
    )
    return FilterForm(
        ranges=tuple(Choice(name, label, name == chosen) for name, label in RANGES.items()),
        first_day=filters.first_day.isoformat(),
        last_day=filters.last_day.isoformat(),
        lists=tuple((name, FILTER_LABELS[name], offered) for name, offered in lists if name not in fixed),
        query=filters.query(),
        is_changed=replace(filters, **dict.fromkeys(fixed)) != read_filters({}, today),
    )


def _choices(values: Iterable[str], chosen: str | None, labels: dict[str, str]) -> tuple[Choice, ...]:
    """A value of the address that no call has stays chosen, so that the page says what it shows."""
    shown = list(values)[:_MOST_CHOICES]
    if chosen is not None and chosen not in shown:
        shown.append(chosen)
    return tuple(Choice(value, labels.get(value, value), value == chosen) for value in shown)
