"""How industries and integrations are written for readers; the warehouse holds their keys."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contract.reference import Reference, ReferenceTable


class _Industry(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    key: str
    label: str


class _Integration(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    name: str
    display: str


class IndustryLabels(ReferenceTable):
    model_config = ConfigDict(extra="ignore", frozen=True)
    file: ClassVar[str] = "industries.yml"
    industries: tuple[_Industry, ...]


class IntegrationLabels(ReferenceTable):
    model_config = ConfigDict(extra="ignore", frozen=True)
    file: ClassVar[str] = "integrations.yml"
    integrations: tuple[_Integration, ...]


class DisplayNames:
    """Names by key. What no list knows is shown as the warehouse has it."""

    GENERIC: ClassVar[dict[str, str]] = {"crm": "CRM", "api": "API"}

    def __init__(self, reference: Reference) -> None:
        self._industries = {i.key: i.label for i in reference.table(IndustryLabels).industries}
        self._integrations = self.GENERIC | {i.name: i.display for i in reference.table(IntegrationLabels).integrations}

    def industry(self, key: str) -> str:
        return self._industries.get(key, key.replace("_", " "))

    def integration(self, key: str) -> str:
        return self._integrations.get(key, key)
