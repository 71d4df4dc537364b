"""Turn Salesforce's answer for one row into a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LOCKED = "UNABLE_TO_LOCK_ROW"
PASSING = frozenset({LOCKED, "SERVER_UNAVAILABLE", "UNKNOWN_EXCEPTION", "REQUEST_RUNNING_TOO_LONG", "DUPLICATE_VALUE"})
"""Row errors that a retry can resolve: a lock, a temporary error, or another writer that was first with the same key."""
ADVICE = {
    "INVALID_FIELD": "A field is not deployed or not visible to the integration user: run 'voice provision salesforce'.",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "A field is read-only in the org: run 'voice doctor' to see which.",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "The org lacks a picklist value: run 'voice provision salesforce'.",
    "INSUFFICIENT_ACCESS_OR_READONLY": "Assign the permission set Voice_Integration to the integration user.",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "A validation rule of the org refuses the record: exempt the integration user.",
    "DUPLICATES_DETECTED": "A duplicate rule of the org blocks it: allow the integration user, or merge the records.",
    "ENTITY_IS_DELETED": "The record was deleted in Salesforce: restore it from the recycle bin if it is needed.",
}


@dataclass(frozen=True)
class RowResult:
    ok: bool
    remote_id: str | None = None
    code: str | None = None
    passing: bool = False

    @property
    def reason(self) -> str:
        return ADVICE.get(self.code or "", f"Salesforce answered {self.code}: look the code up, then 'voice sync --again'.")


def row_result(row: Mapping[str, Any]) -> RowResult:
    """Convert the answer for one row of a collection."""
    if row.get("success"):
        return RowResult(True, row.get("id"))
    errors: Sequence[Mapping[str, Any]] = row.get("errors") or [{}]
    return result_of_code(str(errors[0].get("statusCode") or errors[0].get("errorCode") or "UNKNOWN"))


def result_of_code(code: str) -> RowResult:
    return RowResult(False, code=code, passing=code in PASSING)
