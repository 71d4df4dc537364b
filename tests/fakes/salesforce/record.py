"""One record as a salesperson reads it: sections of labelled fields, with values that are links where they name another record."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contract.platform.calendar_words import MONTHS
from tests.fakes.salesforce.org import Org

KINDS = {"00Q": "Lead", "003": "Contact", "001": "Account", "00T": "Task", "006": "Opportunity", "a01": "Voice Call"}
"""Objects that have a page, by the first three characters of an id."""
SECTIONS = {
    "4.1": "Voice lead score",
    "4.2": "Qualification",
    "4.3": "Needs",
    "4.4": "Competition",
    "4.5": "What was said",
    "4.6": "Follow-up",
    "4.7": "Voice call",
    "4.8": "Voice call",
}
"""Titles of the specification's groups of fields."""
LABELS = {
    **{"FirstName": "First Name", "LastName": "Last Name", "AccountId": "Account Name", "OwnerId": "Owner", "StageName": "Stage"},
    **{
        "ActivityDate": "Due Date",
        "WhoId": "Name",
        "Description": "Comments",
        "CloseDate": "Close Date",
        "IsConverted": "Converted",
    },
    **{"CreatedDate": "Created", "CreatedById": "Created By", "LastModifiedDate": "Last Modified", "IsClosed": "Closed"},
    **{"LastModifiedById": "Last Modified By", "IsWon": "Won", "Id": "Record Id", "IsConverted": "Converted"},
}
"""Labels of standard fields, where the name alone is none."""
SYSTEM = ("CreatedById", "CreatedDate", "LastModifiedById", "LastModifiedDate", "Id")
HIDDEN = ("IsDeleted", "SystemModstamp", "ConvertedContactId", "ConvertedAccountId", "ConvertedOpportunityId")
_ADDRESS = re.compile(r"https?://\S+")
_LONG = 90
"""Characters above which a value takes the whole width."""


@dataclass(frozen=True)
class Part:
    """A piece of a value: text, and what it links to."""

    text: str
    link: str | None = None


@dataclass(frozen=True)
class FieldView:
    label: str
    parts: tuple[Part, ...]
    wide: bool = False
    folded: bool = False


@dataclass
class RecordView:
    """A record's page: what it is called, the facts on top, its sections, and the records that point to it, by title."""

    id: str
    kind: str
    title: str
    highlights: list[FieldView]
    sections: dict[str, list[FieldView]] = field(default_factory=dict[str, list[FieldView]])
    related: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, list[dict[str, Any]]])


HIGHLIGHTS = {
    "Lead": ("Company", "Lead_Score__c", "Qualification_Tier__c", "Follow_Up_Priority__c", "OwnerId", "Next_Best_Action__c"),
    "Contact": ("AccountId", "Lead_Score__c", "Qualification_Tier__c", "Follow_Up_Priority__c", "OwnerId", "Next_Best_Action__c"),
    "Task": ("WhoId", "ActivityDate", "Priority", "Status", "OwnerId"),
    "Opportunity": ("AccountId", "StageName", "Amount", "CloseDate", "OwnerId"),
    "Voice Call": ("Call_Date__c", "Duration_Minutes__c", "Quality_Score__c", "Related_Lead__c", "Related_Contact__c"),
    "Account": (),
}


class Pages:
    """Every record of an org that has a page."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._all = {key: record for records in org.records.values() for key, record in records.items() if not record["IsDeleted"]}

    def views(self) -> Iterator[RecordView]:
        for key, record in self._all.items():
            if key[:3] in KINDS and not record.get("IsConverted"):
                yield self._view(key, record)

    def name_of(self, key: str) -> str:
        """Return how people call the record; the id when there is no such record."""
        record = self._all.get(key)
        if record is None:
            return key
        person = " ".join(filter(None, (record.get("FirstName"), record.get("LastName"))))
        called = record.get("DeveloperName") and str(record["DeveloperName"]).replace("_", " ") + " (queue)"
        return str(person or record.get("Name") or record.get("Subject") or called or self._call_name(record))

    def _call_name(self, record: Mapping[str, Any]) -> str:
        return f"Call of {moment(str(record['Call_Date__c']))}" if record.get("Call_Date__c") else str(record["Id"])

    def field(self, record: Mapping[str, Any], name: str) -> FieldView:
        value = record.get(name)
        if isinstance(value, str) and value.startswith("{"):
            text = json.dumps(json.loads(value), indent=1, ensure_ascii=False)
            return FieldView(self.label(record, name), (Part(text),), wide=True, folded=True)
        parts = tuple(self._parts(value))
        wide = sum(len(part.text) for part in parts) > _LONG or any("\n" in part.text for part in parts)
        return FieldView(self.label(record, name), parts, wide)

    def label(self, record: Mapping[str, Any], name: str) -> str:
        spec = self._org.fields.get(_sobject(record), {}).get(name, {})
        return str(spec.get("label") or LABELS.get(name) or name)

    def _view(self, key: str, record: Mapping[str, Any]) -> RecordView:
        kind = KINDS[key[:3]]
        view = RecordView(key, kind, self.name_of(key), [self.field(record, name) for name in HIGHLIGHTS[kind] if record.get(name)])
        for name, value in record.items():
            if value in (None, "", False) or name in HIDDEN:
                continue
            spec = self._org.fields[_sobject(record)].get(name, {}).get("spec")
            title = "System" if name in SYSTEM else SECTIONS.get(str(spec), "Details")
            view.sections.setdefault(title, []).append(self.field(record, name))
        view.sections = {title: view.sections[title] for title in sorted(view.sections, key=_rank)}
        for other_key, other in self._all.items():
            if other_key != key and other_key[:3] in KINDS and key in _references(other):
                view.related.setdefault(_plural(KINDS[other_key[:3]]), []).append(dict(other))
        return view

    def _parts(self, value: Any) -> Iterator[Part]:
        if isinstance(value, float | int) and not isinstance(value, bool):
            yield Part(f"{value:,.1f}".removesuffix(".0"))
        elif isinstance(value, str) and value in self._all:
            yield Part(self.name_of(value), f"#{value}" if value[:3] in KINDS else None)
        elif isinstance(value, str):
            yield from self._text_parts(_readable(value))
        elif value is not None:
            yield Part("Yes" if value is True else str(value))

    def _text_parts(self, text: str) -> Iterator[Part]:
        """Yield the text with its addresses as links; the address of a record of this org leads to its page here."""
        at = 0
        for found in _ADDRESS.finditer(text):
            yield Part(text[at : found.start()])
            key = found.group().rsplit("/", 1)[-1]
            yield Part(self.name_of(key), f"#{key}") if key in self._all else Part(found.group(), found.group())
            at = found.end()
        yield Part(text[at:])


def moment(text: str) -> str:
    """Write a vendor's time for people: ``16 Nov 2026, 17:05 UTC``."""
    at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
    return f"{at.day} {MONTHS[at.month - 1][:3]} {at.year}, {at:%H:%M} UTC"


def _readable(value: str) -> str:
    if value.startswith("<p>"):
        return "\n".join(html.unescape(re.sub(r"<[^>]+>", "", line)) for line in re.findall(r"<p>(.*?)</p>", value, re.DOTALL))
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+0000", value):
        return moment(value)
    return value.replace(";", ", ") if re.fullmatch(r"[^;\n.]+(;[^; \n.][^;\n.]*)+", value) else value


def _sobject(record: Mapping[str, Any]) -> str:
    return {"Voice Call": "Voice_Call__c"}.get(kind := KINDS[str(record["Id"])[:3]], kind)


def _references(record: Mapping[str, Any]) -> set[Any]:
    return {record.get(name) for name in ("WhoId", "AccountId", "Related_Lead__c", "Related_Contact__c")}


def _plural(kind: str) -> str:
    return "Opportunities" if kind == "Opportunity" else f"{kind}s"


def _rank(title: str) -> int:
    order = ["Details", "Follow-up", "Voice lead score", "Qualification", "Needs", "Competition", "What was said", "Voice call"]
    return order.index(title) if title in order else len(order)
