"""Answer ``/leads/<lead key>``: signals with evidence, score history, calls, deliveries and alerts of one caller (spec 6.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from contract.platform.failures import ConfigurationFailure
from contract.platform.times import aware
from orchestration.dashboards.definition import subject_panel
from orchestration.reports.display_names import DisplayNames
from orchestration.reports.wording import moment, plain
from orchestration.warehouse.reader import open_published
from orchestration.web.call_rows import SQL, Row
from orchestration.web.call_view import NOT_MEASURED, Badge, ValueWithLabel, lead_name
from orchestration.web.identity import signed_in_person
from orchestration.web.refusal import not_found
from orchestration.web.roles import Rights
from orchestration.web.service import WebService, service_of
from orchestration.web.subject_page import SubjectHead, all_calls, record_subject, show_subject, subject_widgets, unknown

_LEAD_KEY = re.compile(r"[0-9a-f]{8,128}")


def lead_page(request: Request) -> Response:
    """Show the lead as far as the person's role allows; ``Refusal`` 404 for an unknown one."""
    service, person = service_of(request), signed_in_person(request)
    key = request.path_params["lead_key"]
    if not _LEAD_KEY.fullmatch(key):
        raise not_found()
    lead = _lead(service, key, person.rights)
    if lead is None:
        raise unknown(
            request, person, "No lead is known by this key.", "Check the link; leads appear with their first published call."
        )
    record_subject(request, person, "shown")
    filters = all_calls(service)
    read, views = subject_widgets(request, person, subject_panel("lead").widgets, filters, {"lead_key": key})
    return show_subject(request, person, _head(service, lead), read, views, None)


def _lead(service: WebService, key: str, rights: Rights) -> Row | None:
    try:
        connection = open_published(service.platform.settings)
    except ConfigurationFailure:
        return None
    with connection:
        found = SQL.rows(connection, "lead", {"lead_key": key})
        if found and rights.identity:
            found[0].update(SQL.row(connection, "lead_identity", {"lead_key": key}))
    return found[0] if found else None


def _head(service: WebService, lead: Row) -> SubjectHead:
    names = DisplayNames(service.platform.reference)
    known = [plain(lead[name]) for name in ("name", "company", "email", "location") if lead.get(name)]
    industry = plain(names.industry(lead["industry"])) if lead["industry"] else ""
    details = [*known[1:], *([industry] if industry else [])]
    return SubjectHead(
        kind="Lead",
        title=known[0] if known else lead_name(lead["lead_key"]),
        parent=("/dashboards/sales-intelligence", "Sales intelligence"),
        subtitle=" · ".join(details),
        badges=tuple(_badges(lead)),
        figures=tuple(_figures(lead, service.platform.settings.business_zone)),
        score=NOT_MEASURED if lead["lead_score"] is None else str(lead["lead_score"]),
        score_percent=max(0, min(100, lead["lead_score"] or 0)),
        temperature=lead["temperature"] or "",
    )


def _badges(lead: Row) -> Iterator[Badge]:
    if lead["qualification_tier"]:
        yield Badge(lead["qualification_tier"], "good" if lead["qualification_tier"] == "Tier 1" else "quiet")
    if lead["meetings"]:
        yield Badge("Meeting booked", "good")
    if lead["do_not_call"]:
        yield Badge("Do not call", "bad")
    if lead["email_opt_out"]:
        yield Badge("No e-mails", "bad")


def _figures(lead: Row, zone: tzinfo) -> Iterator[ValueWithLabel]:
    change = None if lead["previous_lead_score"] is None else lead["lead_score"] - lead["previous_lead_score"]
    yield ValueWithLabel("Calls", f"{lead['total_calls']:,}")
    yield ValueWithLabel("Score since the call before", NOT_MEASURED if change is None else f"{change:+d}".replace("-", "−"))
    yield ValueWithLabel("Meetings", f"{lead['meetings']:,}")
    yield ValueWithLabel("First call", _day(lead["first_call_date"], zone))
    yield ValueWithLabel("Last call", _day(lead["last_call_date"], zone))


def _day(at: Any, zone: tzinfo) -> str:
    return moment(aware(at), zone).rsplit(", ", 1)[0] if at else NOT_MEASURED
