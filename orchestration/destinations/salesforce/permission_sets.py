"""Build the permission sets to deploy: one for the integration user, a read-only one for salespeople.

Field permissions are listed only where Salesforce applies field-level security. It refuses a deployment that lists a required
field (``You cannot deploy to a required field``): Lead.LastName and Company, Opportunity.StageName and CloseDate, Task.Status,
Priority and OwnerId, and required custom fields. Names of people, Task.Subject and system fields (Id, CreatedDate, IsClosed,
IsConverted, ConvertedContactId, ...) follow the object's own permission.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orchestration.destinations.salesforce.fields import CALL, SalesforceFields

INTEGRATION = "Voice_Integration"
SALES = "Voice_Sales"
STANDARD_FIELDS = {
    "Contact.AccountId": False,
    "Contact.DoNotCall": True,
    "Contact.Email": False,
    "Contact.HasOptedOutOfEmail": True,
    "Lead.DoNotCall": True,
    "Lead.Email": True,
    "Lead.HasOptedOutOfEmail": True,
    "Opportunity.AccountId": False,
    "Opportunity.Amount": False,
    "Task.ActivityDate": True,
    "Task.Description": True,
    "Task.WhoId": True,
}
"""Standard fields with field-level security that a sync queries (False) or writes (True)."""

Tree = Mapping[str, Any]


def integration(fields: SalesforceFields) -> Tree:
    """Return the integration user's permissions: what a sync reads and writes, no deleting, no other field or object."""
    editable = {name: kind != "Formula" for name, kind in _custom_fields(fields)}
    read, edit, create = (False, False), (False, True), (True, True)
    rights = {"Account": read, "Contact": edit, "Lead": create, "Opportunity": read, CALL: create}
    return {
        "description": "What the voice platform's integration user needs, and nothing more.",
        "fieldPermissions": _field_permissions(editable | STANDARD_FIELDS),
        "hasActivationRequired": False,
        "label": "Voice Integration",
        "objectPermissions": [_object_permission(name, *rights[name], view_all=True) for name in sorted(rights)],
        "userPermissions": [{"enabled": True, "name": name} for name in ("ApiEnabled", "EditTask")],
    }


def sales(fields: SalesforceFields) -> Tree:
    """Return the salespeople's permissions: read every deployed field, the calls and their tab; sharing is unchanged."""
    return {
        "description": "Shows what the voice platform writes: fields of leads, contacts and tasks, and the calls. Read-only.",
        "fieldPermissions": _field_permissions({name: False for name, _ in _custom_fields(fields)}),
        "hasActivationRequired": False,
        "label": "Voice Sales",
        "objectPermissions": [_object_permission(CALL, create=False, edit=False, view_all=False)],
        "tabSettings": [{"tab": CALL, "visibility": "Visible"}],
    }


def _custom_fields(fields: SalesforceFields) -> Iterable[tuple[str, str]]:
    """Return names such as ``Lead.Lead_Score__c`` with their types; required fields need no permission and may have none."""
    return ((f"{sobject}.{f.api_name}", f.type) for sobject, group in fields.by_object.items() for f in group if not f.required)


def _field_permissions(editable: Mapping[str, bool]) -> list[Tree]:
    return [{"editable": editable[name], "field": name, "readable": True} for name in sorted(editable)]


def _object_permission(sobject: str, create: bool, edit: bool, *, view_all: bool) -> Tree:
    return {
        **{"allowCreate": create, "allowDelete": False, "allowEdit": edit, "allowRead": True},
        **{"modifyAllRecords": False, "object": sobject, "viewAllRecords": view_all},
    }
