"""Answer ``/``: the latest calls with links to their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from contract.platform.call_page import call_page
from contract.platform.failures import ConfigurationFailure
from contract.platform.times import aware
from orchestration.reports.display_names import DisplayNames
from orchestration.reports.wording import moment, plain
from orchestration.resources import Platform
from orchestration.warehouse.reader import open_published
from orchestration.web.call_rows import SQL, Row
from orchestration.web.call_view import NOT_MEASURED, clock_time, lead_name
from orchestration.web.identity import signed_in_person
from orchestration.web.pages import page
from orchestration.web.roles import Rights
from orchestration.web.service import service_of

AT_MOST = 50  # calls on the page: a day's at the expected 45 a day


@dataclass(frozen=True)
class RecentCall:
    link: str
    name: str
    details: str
    when: str
    score: str
    temperature: str


def recent_calls(request: Request) -> Response:
    """Show the latest calls; without a publication yet the page says so."""
    service = service_of(request)
    person = signed_in_person(request)
    calls = read_recent(service.platform, person.rights)
    return page("recent.html.j2", person=person, calls=calls, local=service.settings.local_sign_in)


def read_recent(platform: Platform, rights: Rights) -> list[RecentCall]:
    """Read the calls as far as the role may see them."""
    try:
        connection = open_published(platform.settings)
    except ConfigurationFailure:
        return []
    bound = {"at_most": AT_MOST}
    with connection:
        rows = SQL.rows(connection, "recent", bound)
        named = SQL.rows(connection, "recent_identities", bound) if rights.identity else []
    identities = {row["session_id"]: row for row in named}
    labels, zone = DisplayNames(platform.reference), platform.settings.business_zone
    return [_recent(row, identities.get(row["session_id"], {}), labels, zone) for row in rows]


def _recent(row: Row, identity: dict[str, Any], labels: DisplayNames, zone: tzinfo) -> RecentCall:
    known = [plain(identity[field]) for field in ("name", "company") if identity.get(field)]
    facts = [
        *known[1:],
        *([labels.industry(row["industry"])] if row["industry"] else []),
        *([row["qualification_tier"]] if row["qualification_tier"] else []),
        *(["meeting booked"] if row["meeting_booked"] else []),
        f"{clock_time(row['duration_seconds'])} min",
    ]
    return RecentCall(
        link=call_page("/", row["session_id"]) or "",
        name=known[0] if known else lead_name(row["lead_key"]),
        details=" · ".join(facts),
        when=moment(aware(row["start_time"]), zone),
        score=NOT_MEASURED if row["lead_score"] is None else str(row["lead_score"]),
        temperature=row["temperature"] or "",
    )
