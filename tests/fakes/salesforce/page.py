"""What a salesperson would see: lists of people, tasks, deals and calls, and each record, as one page. Everything is escaped."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment

from tests.fakes.salesforce.org import Org
from tests.fakes.salesforce.record import Pages, moment

_TEMPLATE = Path(__file__).with_name("page.html.j2").read_text(encoding="utf-8")
_PAGE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_TEMPLATE)


def org_page(org: Org, record_id: str = "") -> str:
    """The whole org; its links lead to records on the same page, so that it works as a file too. ``record_id`` is shown first."""
    people = sorted(
        (p for p in (*org.live("Contact"), *org.live("Lead")) if not p.get("IsConverted")),
        key=lambda p: -(p.get("Lead_Score__c") or 0),
    )
    pages = Pages(org)
    return _PAGE.render(
        people=people,
        tasks=sorted(org.live("Task"), key=lambda task: str(task.get("ActivityDate"))),
        opportunities=sorted(org.live("Opportunity"), key=lambda deal: -(deal.get("Amount") or 0)),
        calls=sorted(org.live("Voice_Call__c"), key=lambda call: str(call.get("Call_Date__c")), reverse=True),
        name_of=pages.name_of,
        moment=moment,
        records=list(pages.views()),
        shown=record_id,
    )
