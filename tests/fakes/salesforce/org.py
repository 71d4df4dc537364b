"""An org in memory: records, what fields they may have, and what Salesforce refuses (Object Reference; REST API Developer Guide).

Rows are refused with the vendor's status codes: REQUIRED_FIELD_MISSING, INVALID_FIELD, STRING_TOO_LONG, NUMBER_OUTSIDE_VALID_RANGE,
INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST, DUPLICATE_VALUE, ENTITY_IS_DELETED, INVALID_CROSS_REFERENCE_KEY.

What an administrator sets up refuses rows too: duplicate rules (DUPLICATES_DETECTED; one that alerts only without ``allowSave``:
REST API Developer Guide, 'Duplicate Rule Header'), ``required`` fields, and ``read_only`` ones, as fields of a person account's
contact or a Lead's Company may be (Salesforce Help, 'Considerations for Using Person Accounts').
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any

from tests.fakes.salesforce.standard_fields import PREFIXES, REQUIRED, STANDARD

Fields = Mapping[str, Mapping[str, Any]]
_EPOCH = datetime(2026, 11, 1, tzinfo=UTC)
SYSTEM = ("Id", "CreatedDate", "LastModifiedDate", "SystemModstamp", "LastModifiedById", "CreatedById", "IsDeleted")


class RowError(Exception):
    def __init__(self, code: str, message: str, fields: list[str] | None = None) -> None:
        super().__init__(message)
        self.code, self.fields = code, fields or []

    def body(self) -> dict[str, Any]:
        return {"statusCode": self.code, "message": str(self), "fields": self.fields}


class Org:
    """``custom`` has for each object the fields that are deployed: ``{name: {type, length, precision, scale, values, unique}}``."""

    def __init__(self, custom: Mapping[str, Fields] | None = None) -> None:
        self.lock = RLock()
        self.records: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in PREFIXES}
        self.fields: dict[str, dict[str, Mapping[str, Any]]] = {
            name: {**STANDARD[name], **dict((custom or {}).get(name, {}))} for name in PREFIXES
        }
        self.duplicate_rules: dict[str, str] = {}
        """By object, what its rule of equal last names does: Allow (with an alert) or Block."""
        self.required: dict[str, tuple[str, ...]] = dict(REQUIRED)
        self.read_only: dict[str, tuple[str, ...]] = {}
        self._numbers = itertools.count(1)
        self._moments = itertools.count(1)
        self._locks: dict[str, int] = {}
        self._ids: dict[tuple[str, str, Any], set[str]] = {}
        """Ids by object, unique field or external id, and value."""
        self.integration_user_id = self.add("User", Username="integration@org.example", Name="Voice Integration", IsActive=True)
        self.person_id = self.add("User", Username="human@org.example", Name="A Human", IsActive=True)

    def add(self, sobject: str, **values: Any) -> str:
        """A record that a person made."""
        with self.lock:
            author = getattr(self, "person_id", None)
            return self.insert(sobject, values, author, checked=False)

    def edit_as_person(self, sobject: str, record_id: str, **values: Any) -> None:
        with self.lock:
            self.update(sobject, record_id, values, self.person_id)

    def delete(self, sobject: str, record_id: str) -> None:
        """Into the recycle bin: queryAll still finds it."""
        with self.lock:
            self.records[sobject][record_id]["IsDeleted"] = True
            self._touch(self.records[sobject][record_id], self.person_id)

    def convert_lead(self, lead_id: str) -> str:
        """What a salesperson does with a good lead: account, contact with the mapped fields, opportunity; the contact's id."""
        with self.lock:
            lead = self.records["Lead"][lead_id]
            account = self.add("Account", Name=lead.get("Company"))
            mapped = {name: value for name, value in lead.items() if name.endswith("__c")}
            person = {name: lead.get(name) for name in ("FirstName", "LastName", "Email", "DoNotCall", "HasOptedOutOfEmail")}
            contact = self.add("Contact", **person, **mapped, AccountId=account)
            opportunity = self.add(
                "Opportunity", Name=lead.get("Company"), AccountId=account, StageName="Prospecting", IsClosed=False
            )
            converted = {"ConvertedContactId": contact, "ConvertedAccountId": account, "ConvertedOpportunityId": opportunity}
            lead.update({"IsConverted": True, **converted})
            self._touch(lead, self.person_id)
            return contact

    def lock_row(self, record_id: str, times: int) -> None:
        """The next writes of this record meet UNABLE_TO_LOCK_ROW."""
        self._locks[record_id] = times

    def memory(self) -> dict[str, Any]:
        """Everything that ``remember`` needs, as JSON."""
        with self.lock:
            return {"records": self.records, "number": next(self._numbers), "moment": next(self._moments)}

    def remember(self, memory: Mapping[str, Any]) -> None:
        """The users come with the memory, so ids go on being the same."""
        with self.lock:
            self.records = {**self.records, **memory["records"]}
            self._ids = {}
            for sobject, records in self.records.items():
                for record in records.values():
                    self._index(sobject, record, record)
            self._numbers, self._moments = itertools.count(memory["number"]), itertools.count(memory["moment"])

    def live(self, sobject: str) -> list[dict[str, Any]]:
        with self.lock:
            return [dict(record) for record in self.records[sobject].values() if not record["IsDeleted"]]

    def insert(
        self, sobject: str, values: Mapping[str, Any], author: str | None, *, checked: bool = True, allow_save: bool = False
    ) -> str:
        if checked:
            self._check(sobject, values)
            self._check_duplicates(sobject, None, values, allow_save)
            missing = [name for name in self.required.get(sobject, ()) if not values.get(name)]
            if missing:
                raise RowError("REQUIRED_FIELD_MISSING", f"Required fields are missing: {missing}", missing)
            self._check_unique(sobject, None, values)
        record_id = f"{PREFIXES[sobject]}{next(self._numbers):012d}AAA"
        record: dict[str, Any] = {"Id": record_id, "IsDeleted": False, "CreatedById": author, **_kept(values)}
        if sobject == "Lead":
            record.setdefault("IsConverted", False)
        if sobject in ("Lead", "Contact"):
            record = {"DoNotCall": False, "HasOptedOutOfEmail": False} | record
        if sobject in ("Lead", "Task", "Contact") and author:
            record.setdefault("OwnerId", author)
        if sobject == "User":
            record.setdefault("TimeZoneSidKey", "America/New_York")
        self._touch(record, author)
        record["CreatedDate"] = record["SystemModstamp"]
        self.records[sobject][record_id] = record
        self._index(sobject, record, record)
        return record_id

    def update(self, sobject: str, record_id: str, values: Mapping[str, Any], author: str, *, allow_save: bool = False) -> None:
        record = self.records[sobject].get(record_id)
        if record is None:
            raise RowError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if record["IsDeleted"]:
            raise RowError("ENTITY_IS_DELETED", "entity is deleted")
        if self._locks.get(record_id, 0) > 0:
            self._locks[record_id] -= 1
            raise RowError("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record")
        self._check(sobject, values)
        self._check_duplicates(sobject, record_id, {**record, **values}, allow_save or author == self.person_id)
        self._check_unique(sobject, record_id, values)
        kept = _kept(values)
        record.update(kept)
        self._index(sobject, record, kept)
        self._touch(record, author)

    def upsert(self, sobject: str, field: str, values: Mapping[str, Any], author: str) -> tuple[str, bool]:
        """The record's id and whether it is new."""
        key = values[field]
        found = self._live_with(sobject, field, key)
        if found:
            self.update(sobject, found[0]["Id"], {n: v for n, v in values.items() if n != field}, author)
            return found[0]["Id"], False
        return self.insert(sobject, values, author), True

    def _touch(self, record: dict[str, Any], author: str | None) -> None:
        moment = (_EPOCH + timedelta(seconds=next(self._moments))).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        record.update({"LastModifiedById": author, "LastModifiedDate": moment, "SystemModstamp": moment})

    def _check(self, sobject: str, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            spec = self.fields[sobject].get(name)
            if spec is None:
                raise RowError("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject}", [name])
            if name in self.read_only.get(sobject, ()):
                raise RowError("INVALID_FIELD_FOR_INSERT_UPDATE", f"Unable to create/update fields: {name}.", [name])
            if value is not None:
                _check_value(name, value, spec)

    def _check_duplicates(self, sobject: str, record_id: str | None, values: Mapping[str, Any], allow_save: bool) -> None:
        rule, name = self.duplicate_rules.get(sobject), values.get("LastName")
        if rule is None or (rule == "Allow" and allow_save):
            return
        others = (r for r in self.records[sobject].values() if r["Id"] != record_id and not r["IsDeleted"])
        if any(other.get("LastName") == name for other in others):
            raise RowError("DUPLICATES_DETECTED", "Use one of these records?")

    def _check_unique(self, sobject: str, record_id: str | None, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            unique = self.fields[sobject][name].get("unique") and value is not None
            if unique and any(other["Id"] != record_id for other in self._live_with(sobject, name, value)):
                raise RowError("DUPLICATE_VALUE", "duplicate value found", [name])

    def _index(self, sobject: str, record: Mapping[str, Any], written: Mapping[str, Any]) -> None:
        for name, value in written.items():
            spec = self.fields[sobject].get(name, {})
            if spec.get("unique") or spec.get("external_id"):
                self._ids.setdefault((sobject, name, value), set()).add(record["Id"])

    def _live_with(self, sobject: str, name: str, value: Any) -> list[dict[str, Any]]:
        """Return the records that have this value of a unique field or external id; the index keeps former values too."""
        there = (self.records[sobject][record_id] for record_id in sorted(self._ids.get((sobject, name, value), ())))
        return [record for record in there if record.get(name) == value and not record["IsDeleted"]]


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Empty texts are null, texts lose the blanks around them, multi-selects are kept sorted."""
    kept: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, str):
            value = value.strip() or None
            if value and name in ("Integration_Needs__c", "Use_Cases__c"):
                value = ";".join(sorted(value.split(";"), reverse=True))
        kept[name] = value
    return kept


def _check_value(name: str, value: Any, spec: Mapping[str, Any]) -> None:
    kind = spec.get("type")
    if kind == "Number":
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise RowError("INVALID_TYPE_ON_FIELD_IN_RECORD", f"{name}: value not of required type", [name]) from None
        if abs(number) >= 10 ** (spec["precision"] - spec["scale"]):
            raise RowError("NUMBER_OUTSIDE_VALID_RANGE", f"{name}: value outside of valid range", [name])
    elif kind in ("Picklist", "MultiselectPicklist"):
        chosen = str(value).split(";") if kind == "MultiselectPicklist" else [str(value)]
        if wrong := [one for one in chosen if one not in spec["values"]]:
            message = f"{name}: bad value for restricted picklist field: {wrong[0]}"
            raise RowError("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, [name])
    elif spec.get("length") and len(str(value)) > spec["length"]:
        raise RowError("STRING_TOO_LONG", f"{name}: data value too large (max length={spec['length']})", [name])
