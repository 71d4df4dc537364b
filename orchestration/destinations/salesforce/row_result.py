"""Turn Salesforce's answer for one row into a verdict.

Reasons name the fields of the vendor's ``errors[].fields`` (REST API Developer Guide, 'Status Codes and Error Responses'). They
never contain the vendor's message, which may quote values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LOCKED = "UNABLE_TO_LOCK_ROW"
PASSING = frozenset({LOCKED, "SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION", "REQUEST_RUNNING_TOO_LONG", "DUPLICATE_VALUE"})
"""Row errors that a retry can resolve: a lock, a temporary error, or another writer that was first with the same key."""
ADVICE = {
    "INVALID_FIELD": "A field is not deployed or not visible to the integration user: run 'voice provision salesforce'.",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "A field is read-only for the integration user, as those of a person account's contact are:"
    " give it edit access, or enter the values by hand; 'voice doctor' compares the fields.",
    "INVALID_FIELD_FOR_INSERT_UPDATE Company": "The org's record type of Lead takes no Company (person accounts): give the"
    " integration user a default record type that has one.",
    "REQUIRED_FIELD_MISSING": "The org requires a field that calls do not fill: give it a default value, or require it in the page"
    " layout instead.",
    "REQUIRED_FIELD_MISSING Company": "The org took no Company: give the integration user edit access to it on Lead.",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "A restricted picklist lacks a value: for the platform's own fields run"
    " 'voice provision salesforce', for others add it in Setup, also to the record type.",
    "INACTIVE_OWNER_OR_USER": "The owner is no active user: correct data/territories.yml.",
    "INSUFFICIENT_ACCESS_OR_READONLY": "Assign the permission set Voice_Integration to the integration user.",
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": "The integration user may not see the related record: share it.",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "A validation rule of the org refuses the record: exempt the integration user.",
    "FIELD_FILTER_VALIDATION_EXCEPTION": "A lookup filter of the org refuses the record: exempt the integration user.",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": "A trigger or flow of the org failed on the record: have an administrator correct it.",
    "DUPLICATES_DETECTED": "A duplicate rule of the org blocks it: set the rule's action to Allow with an alert, exempt the"
    " integration user, or merge the records.",
    "INVALID_EMAIL_ADDRESS": "Salesforce takes the address for none: correct it where callers are registered.",
    "STRING_TOO_LONG": "A field of the org is shorter than the platform's: run 'voice provision salesforce'.",
    "NUMBER_OUTSIDE_VALID_RANGE": "A field of the org takes fewer digits than the platform's: run 'voice provision salesforce'.",
    "ENTITY_IS_DELETED": "The record was deleted in Salesforce: restore it from the recycle bin if it is needed.",
}
"""What to do by code, or by code and field where one field needs other advice."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}")
"""A field's API name; anything else in ``fields`` could be a value."""


@dataclass(frozen=True)
class RowResult:
    ok: bool
    remote_id: str | None = None
    code: str | None = None
    passing: bool = False
    fields: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        named = f" ({', '.join(self.fields)})" if self.fields else ""
        unknown = f"Salesforce answered {self.code}{named}: look the code up, then 'voice sync --again'."
        advice = next((text for field in self.fields if (text := ADVICE.get(f"{self.code} {field}"))), ADVICE.get(self.code or ""))
        return f"{self.code}{named}: {advice}" if advice and named else advice or unknown


def row_result(row: Mapping[str, Any]) -> RowResult:
    """Convert the answer for one row of a collection."""
    if row.get("success"):
        return RowResult(True, row.get("id"))
    errors: Sequence[Mapping[str, Any]] = row.get("errors") or [{}]
    code = str(errors[0].get("statusCode") or errors[0].get("errorCode") or "UNKNOWN")
    return result_of_code(code, errors[0].get("fields") or ())


def result_of_code(code: str, fields: Iterable[object] = ()) -> RowResult:
    names = tuple(sorted({str(name) for name in fields if _NAME.fullmatch(str(name))}))
    return RowResult(False, code=code, passing=code in PASSING, fields=names)


def result_of_bulk_error(error: str) -> RowResult:
    """Convert ``sf__Error`` of a bulk job, ``CODE:message:fields --``; the message may contain colons and values."""
    code, _, rest = error.partition(":")
    return result_of_code(code, rest.rpartition(":")[2].removesuffix("--").split())
