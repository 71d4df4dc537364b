"""Names as the analyzers know them: canonical spellings of products and systems, and the keys of closed lists."""

from __future__ import annotations

from functools import cached_property

from analyzers.language.annotations import SpanType
from analyzers.language.embedded.text.vocabulary import Competitors, Features, Industries, IntegrationNames, UseCaseNames
from contract.reference import Reference

GENERIC_INTEGRATIONS = ("crm", "api")


class Names:
    """The lists of ``data/`` that prompt and reading share, so that both engines name the same thing alike."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    @cached_property
    def for_prompt(self) -> dict[str, str]:
        """The lists as the prompt's placeholders want them."""
        lists = {
            "integrations": [i.name for i in self._reference.table(IntegrationNames).integrations],
            "competitors": [c.name for c in self._reference.table(Competitors).competitors],
            "industries": sorted(self._closed[SpanType.INDUSTRY]),
            "use_cases": sorted(self._closed[SpanType.USE_CASE]),
            "features": sorted(self._closed[SpanType.FEATURE_MENTION]),
        }
        return {name: ", ".join(entries) for name, entries in lists.items()}

    def canonical(self, span_type: SpanType, value: str, said: str) -> str | None:
        """The name to report; None when the value is not of the closed list, or names a product that nobody said.

        ``said`` is the whole utterance: a product outside our lists must stand in it, for a model may know more than the call.
        """
        if span_type in self._closed:
            return value if value in self._closed[span_type] else None
        if span_type is SpanType.COMPARISON_REQUEST:
            return self.canonical(SpanType.COMPETITOR, value, said) or ""
        if span_type not in self._open:
            return value
        known = self._open[span_type].get(value.casefold())
        if known or (span_type is SpanType.INTEGRATION and value.casefold() in GENERIC_INTEGRATIONS):
            return known or value.casefold()
        if value.casefold() not in said.casefold():
            return None
        return value.lower() if span_type is SpanType.INTEGRATION else value

    @cached_property
    def _closed(self) -> dict[SpanType, frozenset[str]]:
        return {
            SpanType.INDUSTRY: frozenset(i.key for i in self._reference.table(Industries).industries),
            SpanType.USE_CASE: frozenset(u.key for u in self._reference.table(UseCaseNames).use_cases),
            SpanType.FEATURE_MENTION: frozenset(f.name for f in self._reference.table(Features).features),
        }

    @cached_property
    def _open(self) -> dict[SpanType, dict[str, str]]:
        systems = self._reference.table(IntegrationNames).integrations
        products = self._reference.table(Competitors).competitors
        return {
            SpanType.INTEGRATION: {alias.casefold(): i.name for i in systems for alias in (i.name, i.display, *i.aliases)},
            SpanType.COMPETITOR: {alias.casefold(): c.name for c in products for alias in (c.name, *c.aliases)},
        }
