"""Load every custom field to deploy from ``data/salesforce_fields.yml``."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from contract.reference import ReferenceTable

CALL = "Voice_Call__c"

FieldType = Literal[
    "Number", "Text", "LongTextArea", "Html", "Url", "DateTime", "Picklist", "MultiselectPicklist", "Lookup", "Formula"
]


class CustomField(BaseModel):
    """A custom field. ``precision`` counts all digits, ``scale`` those after the point; ``to`` is the object of a lookup."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    api_name: str
    label: str
    spec: str
    type: FieldType
    help: str
    source: str
    length: int | None = None
    precision: int | None = None
    scale: int | None = None
    values: list[str] = []
    to: str | None = None
    formula: str | None = None
    unique: bool = False
    external_id: bool = False
    required: bool = False


class SalesforceFields(ReferenceTable):
    """All custom fields. ``person`` fields are on Lead and on Contact; ``task`` fields are deployed on Activity."""

    file: ClassVar[str] = "salesforce_fields.yml"
    person: list[CustomField]
    call: list[CustomField]
    task: list[CustomField]

    @property
    def by_object(self) -> dict[str, list[CustomField]]:
        return {"Lead": self.person, "Contact": self.person, CALL: self.call, "Task": self.task}
