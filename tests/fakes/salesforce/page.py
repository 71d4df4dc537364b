"""What a salesperson would see: people with their fields, tasks and calls, as one page. Everything in it is escaped."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment

from tests.fakes.salesforce.org import Org

_TEMPLATE = Path(__file__).with_name("page.html.j2").read_text(encoding="utf-8")
_PAGE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_TEMPLATE)


def org_page(org: Org, record_id: str = "") -> str:
    """The whole org, or one record."""
    people = sorted(
        (p for p in (*org.live("Contact"), *org.live("Lead")) if not p.get("IsConverted")),
        key=lambda p: -(p.get("Lead_Score__c") or 0),
    )
    for person in people:
        for name in ("Lead_Score__c", "Team_Size__c"):
            person.setdefault(name, None)
    everything = {r["Id"]: r for records in org.records.values() for r in records.values()}
    return _PAGE.render(
        people=people,
        tasks=sorted(org.live("Task"), key=lambda task: str(task.get("ActivityDate"))),
        calls=sorted(org.live("Voice_Call__c"), key=lambda call: str(call.get("Call_Date__c")), reverse=True),
        owners={user["Id"]: user["Name"] for user in org.live("User")} | {g["Id"]: g["DeveloperName"] for g in org.live("Group")},
        record=everything.get(record_id),
    )
