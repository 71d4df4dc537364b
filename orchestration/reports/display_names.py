"""How industries, integrations, features and competitors are written for readers; the warehouse holds their keys."""

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


class _Named(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    name: str


class CompetitorNames(ReferenceTable):
    model_config = ConfigDict(extra="ignore", frozen=True)
    file: ClassVar[str] = "competitors.yml"
    competitors: tuple[_Named, ...]


class ListedFeatures(ReferenceTable):
    model_config = ConfigDict(extra="ignore", frozen=True)
    file: ClassVar[str] = "features.yml"
    features: tuple[_Named, ...]


class _Feature(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    topic: str
    label: str


class _TopicLists(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    feature_request: tuple[_Feature, ...]


class FeatureLabels(ReferenceTable):
    model_config = ConfigDict(extra="ignore", frozen=True)
    file: ClassVar[str] = "topics.yml"
    lists: _TopicLists


class DisplayNames:
    """Names by key. What no list knows is shown as the warehouse has it."""

    GENERIC: ClassVar[dict[str, str]] = {"crm": "CRM", "api": "API"}

    def __init__(self, reference: Reference) -> None:
        self._industries = {i.key: i.label for i in reference.table(IndustryLabels).industries}
        self._integrations = self.GENERIC | {i.name: i.display for i in reference.table(IntegrationLabels).integrations}

        self._competitors = {c.name.lower(): c.name for c in reference.table(CompetitorNames).competitors}
        self._labels = {f.topic: f.label for f in reference.table(FeatureLabels).lists.feature_request}
        self._features = frozenset(f.name for f in reference.table(ListedFeatures).features)

    def industry(self, key: str) -> str:
        return self._industries.get(key, key.replace("_", " "))

    def integration(self, key: str) -> str:
        return self._integrations.get(key, key)

    def competitor(self, key: str) -> str:
        return self._competitors.get(key, key)

    def feature(self, topic: str) -> str:
        return self._labels.get(topic, topic)

    def is_listed(self, feature: str) -> bool:
        """Return whether a requested feature is one of the product's."""
        return feature in self._features
