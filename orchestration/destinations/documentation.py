"""Write the tables of ``docs/destinations.md``: every field and property, its source and its test.

``python -m orchestration.destinations.documentation`` writes them again; a test compares.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from contract.platform.settings import PROJECT_ROOT
from contract.reference import Reference
from orchestration.destinations.amplitude.sources import PROPERTIES
from orchestration.destinations.salesforce.fields import CustomField, SalesforceFields

PAGE = PROJECT_ROOT / "docs" / "destinations.md"
BEGIN, END = "<!-- fields: generated -->", "<!-- /fields -->"
_TASK = {
    "Subject": "leads.name, else leads.booking_name, leads.email, leads.booking_email",
    "Description": "executive_summary, action_items, links to the record and the call",
    "ActivityDate": "sessions.start_time and leads.urgency, in the owner's time zone",
    "Priority": "as Follow_Up_Priority__c",
    "Status": "always Not Started",
    "OwnerId": "as Recommended_Owner__c, else the territory's queue",
}


@dataclass(frozen=True)
class DocumentedField:
    spec: str
    name: str
    kind: str
    source: str
    test: str

    def line(self) -> str:
        return f"| {self.spec} | `{self.name}` | {self.kind} | {self.source} | `{self.test}` |"


def salesforce_rows(reference: Reference) -> list[DocumentedField]:
    """Return the custom fields of people, calls and tasks, and the standard fields of tasks."""
    fields = reference.table(SalesforceFields)
    custom = [
        DocumentedField(f.spec, f.api_name, _kind(f), f.source, _test(f)) for f in (*fields.person, *fields.call, *fields.task)
    ]
    named = {name: f"test_field[{name}]" for name in _TASK} | {"Description": "test_field_description_of_the_task"}
    return [*custom, *(DocumentedField("4.7", name, "Task", source, named[name]) for name, source in _TASK.items())]


def amplitude_rows() -> list[DocumentedField]:
    return [
        DocumentedField(section, f"{event}: {name}", kind, source, f"test_property[{event}-{name}]")
        for (section, event), properties in PROPERTIES.items()
        for name, (kind, source) in properties.items()
    ]


def tables(reference: Reference) -> str:
    """Return the Markdown between the marks of the page."""
    return "\n".join(
        [
            "### Salesforce",
            "",
            "Tests are in `tests/orchestration/destinations/salesforce/test_fields.py`.",
            "",
            *_table(salesforce_rows(reference)),
            "",
            "### Amplitude",
            "",
            "Tests are in `tests/orchestration/destinations/amplitude/test_properties.py`.",
            "",
            *_table(amplitude_rows()),
        ]
    )


def with_tables(page: str, reference: Reference) -> str:
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    return f"{before}{BEGIN}\n{tables(reference)}\n{END}{after}"


def _table(rows: Iterable[DocumentedField]) -> list[str]:
    return ["| spec | name | type | source | test |", "|---|---|---|---|---|", *(row.line() for row in rows)]


def _kind(field: CustomField) -> str:
    if field.type == "Number":
        return f"Number({(field.precision or 0) - (field.scale or 0)},{field.scale})"
    return f"{field.type}({field.length})" if field.length else f"Lookup({field.to})" if field.to else field.type


def _test(field: CustomField) -> str:
    formula = "test_what_is_sent_is_exactly_what_is_deployed_and_specified"
    return formula if field.type == "Formula" else f"test_field[{field.api_name}]"


def write(path: Path = PAGE) -> None:
    path.write_text(with_tables(path.read_text(encoding="utf-8"), Reference()), encoding="utf-8")


if __name__ == "__main__":
    write()
