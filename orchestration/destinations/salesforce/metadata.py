"""Generate the org's metadata, ``salesforce/force-app`` in source format, from ``data/salesforce_fields.yml``.

``python -m orchestration.destinations.salesforce.metadata`` writes it again; a test compares. Names and values are those of the
Metadata API (CustomField, CustomObject, PermissionSet, Layout, CustomTab).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

from contract.platform.settings import PROJECT_ROOT
from contract.reference import Reference
from orchestration.destinations.salesforce.fields import CALL, CustomField, SalesforceFields
from orchestration.destinations.salesforce.permission_sets import INTEGRATION, SALES, integration, sales

FOLDER = PROJECT_ROOT / "salesforce" / "force-app" / "main" / "default"
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
_OBJECTS = {"Lead": "person", "Contact": "person", CALL: "call", "Activity": "task"}
_VISIBLE_LINES = {"LongTextArea": 5, "Html": 25, "MultiselectPicklist": 6}

Tree = Mapping[str, Any]


def files(fields: SalesforceFields) -> dict[str, str]:
    """Return the text of each file by its path under ``FOLDER``."""
    groups = {"person": fields.person, "call": fields.call, "task": fields.task}
    found: dict[str, str] = {}
    for sobject, group in _OBJECTS.items():
        for field in groups[group]:
            path = f"objects/{sobject}/fields/{field.api_name}.field-meta.xml"
            found[path] = document("CustomField", custom_field(sobject, field))
    found[f"objects/{CALL}/{CALL}.object-meta.xml"] = document("CustomObject", _call_object())
    found[f"layouts/{CALL}-Voice Call Layout.layout-meta.xml"] = document("Layout", _layout(fields.call))
    found[f"tabs/{CALL}.tab-meta.xml"] = document("CustomTab", {"customObject": True, "motif": "Custom22: Telephone"})
    for name, permissions in ((INTEGRATION, integration(fields)), (SALES, sales(fields))):
        found[f"permissionsets/{name}.permissionset-meta.xml"] = document("PermissionSet", permissions)
    return dict(sorted(found.items()))


def custom_field(sobject: str, field: CustomField) -> Tree:
    """Return one field; its elements are in alphabetical order, as Salesforce retrieves them."""
    made: dict[str, Any] = {"fullName": field.api_name, "label": field.label, "inlineHelpText": field.help}
    if field.type == "Formula":
        return _ordered({**made, "type": "Text", "formula": field.formula, "formulaTreatBlanksAs": "BlankAsZero"})
    made |= {"type": field.type, "required": field.required or None, "externalId": field.external_id or None}
    if field.unique:
        made |= {"unique": True, "caseSensitive": True}
    if field.type == "Number":
        made |= {"precision": field.precision, "scale": field.scale}
    if field.type in ("Text", "LongTextArea", "Html"):
        made["length"] = field.length
    if field.type in _VISIBLE_LINES:
        made["visibleLines"] = _VISIBLE_LINES[field.type]
    if field.type in ("Picklist", "MultiselectPicklist"):
        values = [{"fullName": value, "default": False, "label": value} for value in field.values]
        made["valueSet"] = {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}}
    if field.type == "Lookup":
        made |= {"referenceTo": field.to, "deleteConstraint": "SetNull"}
        plural = "Voice Calls" if sobject == CALL else f"Recommended {sobject}s"
        made |= {"relationshipName": plural.replace(" ", "_"), "relationshipLabel": plural}
    return _ordered(made)


def document(kind: str, tree: Tree) -> str:
    root = xml.Element(kind, {"xmlns": NAMESPACE})
    _append(root, tree)
    xml.indent(root, "    ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + xml.tostring(root, encoding="unicode") + "\n"


def write(folder: Path = FOLDER) -> None:
    made = files(Reference().table(SalesforceFields))
    for old in folder.rglob("*-meta.xml"):
        if str(old.relative_to(folder)) not in made:
            old.unlink()
    for path, text in made.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _call_object() -> Tree:
    name = {"displayFormat": "VC-{000000}", "label": "Voice Call Number", "type": "AutoNumber"}
    return {
        "deploymentStatus": "Deployed",
        "description": "One call of the voice agent; written by the voice platform.",
        "enableActivities": True,
        "enableReports": True,
        "enableSearch": True,
        "label": "Voice Call",
        "nameField": name,
        "pluralLabel": "Voice Calls",
        "sharingModel": "ReadWrite",
    }


def _layout(fields: Iterable[CustomField]) -> Tree:
    """Return a layout: two columns of facts, then the long texts one below the other."""
    short = [f for f in fields if f.type not in ("LongTextArea", "Html")]
    long = [f for f in fields if f.type in ("LongTextArea", "Html")]
    half = (len(short) + 1) // 2
    name = {"behavior": "Readonly", "field": "Name"}
    columns = [{"layoutItems": [name, *map(_item, short[:half])]}, {"layoutItems": list(map(_item, short[half:]))}]
    common = {"customLabel": True, "detailHeading": True, "editHeading": True}
    return {
        "layoutSections": [
            {**common, "label": "Call", "layoutColumns": columns, "style": "TwoColumnsTopToBottom"},
            {**common, "label": "What was said", "layoutColumns": [{"layoutItems": list(map(_item, long))}], "style": "OneColumn"},
        ]
    }


def _item(field: CustomField) -> Tree:
    behavior = "Readonly" if field.type == "Formula" else "Required" if field.required else "Edit"
    return {"behavior": behavior, "field": field.api_name}


def _ordered(tree: Mapping[str, Any]) -> Tree:
    return {name: tree[name] for name in sorted(tree) if tree[name] is not None}


def _append(parent: xml.Element, tree: Tree) -> None:
    for name, value in tree.items():
        for one in value if isinstance(value, list) else [value]:
            child = xml.SubElement(parent, name)
            if isinstance(one, dict):
                _append(child, one)
            else:
                child.text = str(one).lower() if isinstance(one, bool) else str(one)


if __name__ == "__main__":
    write()
