"""Load the reference data of the embedded engine (``data/lexicons/*.yml`` and the lists of names), compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, ClassVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict

from analyzers.language.embedded.text.cues import CueMatcher
from analyzers.language.embedded.text.names import Name, NameFinder
from contract.reference import Reference, ReferenceTable

_WORD = re.compile(r"[a-z']+")
LEXICONS = (
    "acts",
    "actions",
    "authority",
    "switching_barriers",
    "company",
    "emotions",
    "objections",
    "pain_points",
    "people",
    "prompts",
    "quantities",
    "signals",
    "stakeholders",
    "decision_timeline",
    "tools",
    "feature_requests",
)


def _lines(value: object) -> object:
    """Split a block of text into phrases, separated by semicolons or line ends."""
    if not isinstance(value, str):
        return value
    return tuple(phrase.strip() for line in value.splitlines() for phrase in line.split(";") if phrase.strip())


def _word_set(value: object) -> object:
    """Split a block of text into words, separated by white space."""
    return frozenset(value.split()) if isinstance(value, str) else value


Phrases = Annotated[tuple[str, ...], BeforeValidator(_lines)]
WordSet = Annotated[frozenset[str], BeforeValidator(_word_set)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CompetitorName(_Entry):
    """Names a competitor; ``loose`` aliases are everyday words, names only in the right place."""

    name: str
    aliases: tuple[str, ...] = ()
    loose: bool = False
    kind: str = "e-signature"
    battlecard: str
    strengths: tuple[str, ...] = ()
    talking_points: tuple[str, ...] = ()


class Competitors(ReferenceTable):
    file: ClassVar[str] = "competitors.yml"
    competitors: tuple[CompetitorName, ...]


class IntegrationName(_Entry):
    """Names a system; ``category`` 'document_tool' marks what is replaced rather than connected (Word, Canva).

    ``loose`` names are everyday words, names only in the right place; of ``strict`` ones only the aliases count.
    """

    name: str
    display: str
    category: str
    aliases: tuple[str, ...] = ()
    loose: bool = False
    strict: bool = False


class IntegrationNames(ReferenceTable):
    file: ClassVar[str] = "integrations.yml"
    integrations: tuple[IntegrationName, ...]


class FeatureName(_Entry):
    """Names a feature; ``phrases`` are cue phrases; ``solves`` lists pain topics the feature answers."""

    name: str
    phrases: Phrases
    solves: tuple[str, ...] = ()
    how_to: bool = False


class Features(ReferenceTable):
    file: ClassVar[str] = "features.yml"
    features: tuple[FeatureName, ...]


class Industry(_Entry):
    key: str
    label: str
    phrases: Phrases


class Industries(ReferenceTable):
    file: ClassVar[str] = "industries.yml"
    industries: tuple[Industry, ...]


class UseCaseName(_Entry):
    key: str
    label: str
    phrases: Phrases


class UseCaseNames(ReferenceTable):
    file: ClassVar[str] = "lexicons/use_cases.yml"
    use_cases: tuple[UseCaseName, ...]


class Polarity(ReferenceTable):
    """Holds the sentiment lexicon: cue phrases by weight, from -3 (furious) to 3 (delighted)."""

    file: ClassVar[str] = "lexicons/sentiment.yml"
    weights: dict[str, Phrases]


class Languages(ReferenceTable):
    """Holds the ISO codes that are told apart, and function words by code."""

    file: ClassVar[str] = "lexicons/languages.yml"
    told_apart: WordSet
    function_words: dict[str, WordSet]


class Lexicon(ReferenceTable):
    """Holds cue phrases by label."""

    cues: dict[str, Phrases]


_MODELS = {
    name: cast(type[Lexicon], type(f"{name.title()}Lexicon", (Lexicon,), {"file": f"lexicons/{name}.yml"})) for name in LEXICONS
}


def _words(phrases: Mapping[str, Iterable[str]]) -> frozenset[str]:
    return frozenset(word for options in phrases.values() for phrase in options for word in _WORD.findall(phrase))


class RuleVocabulary:
    """Holds all lexicons; cue labels: ``file.label``, ``feature.name``, ``industry.key``, ``mood.weight`` and so on."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        phrases = dict(self._phrases())
        self.matcher = CueMatcher(phrases)
        self.names = NameFinder(self._aliases(), _words(phrases))

    @cached_property
    def competitors(self) -> dict[str, CompetitorName]:
        return {c.name: c for c in self.reference.table(Competitors).competitors}

    @cached_property
    def integrations(self) -> dict[str, IntegrationName]:
        return {i.name: i for i in self.reference.table(IntegrationNames).integrations}

    def _phrases(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        table = self.reference.table
        for name, model in _MODELS.items():
            for label, phrases in table(model).cues.items():
                yield f"{name}.{label}", phrases
        for feature in table(Features).features:
            yield f"feature.{feature.name}", feature.phrases
        for industry in table(Industries).industries:
            yield f"industry.{industry.key}", industry.phrases
        for use_case in table(UseCaseNames).use_cases:
            yield f"use_case.{use_case.key}", use_case.phrases
        for weight, phrases in table(Polarity).weights.items():
            yield f"mood.{weight}", phrases

    def _aliases(self) -> Iterator[tuple[str, Name]]:
        for competitor in self.reference.table(Competitors).competitors:
            for alias in (competitor.name, *competitor.aliases):
                yield alias, Name("competitor", competitor.name, competitor.loose)
        for tool in self.reference.table(IntegrationNames).integrations:
            kind = "tool" if tool.category == "document_tool" else "integration"
            for alias in tool.aliases if tool.strict else (tool.name, tool.display, *tool.aliases):
                yield alias, Name(kind, tool.name, tool.loose)
        for alias in ("panda doc", "panda dog", "panda docs", "pandadock", "panda dock", "pan a doc"):
            yield alias, Name("own", "PandaDoc")
