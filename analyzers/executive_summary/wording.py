"""Turn facts into words of a sentence: reduced to plain text, labelled, and joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from analyzers.evidence import Evidence
from analyzers.language.embedded.text.vocabulary import Industries, IntegrationNames, UseCaseNames
from contract.reference import Reference

OTHER = "other"
LONGEST_VALUE, LONGEST_QUOTE = 80, 160
"""Characters of a value and of a quote in a sentence: a caller's words may be of any length and must not fill the summary."""
_NOT_PLAIN = re.compile(r"[^\w\s.,:;'\u2019&/+%$€£()-]", re.UNICODE)


def plain(value: object, longest: int = LONGEST_VALUE) -> str:
    """Format a value for a sentence: one line, no markup, cut at a word. What a caller said never becomes formatting."""
    words = " ".join(_NOT_PLAIN.sub(" ", str(value)).split())
    return words if len(words) <= longest else words[:longest].rsplit(" ", 1)[0].rstrip(".,:; ")


def joined(values: Iterable[str]) -> str:
    """Join values as ``a, b and c``."""
    parts = [value for value in dict.fromkeys(values) if value]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def sentences(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def quoted(evidence: Sequence[Evidence]) -> str | None:
    """Return the first quote that fits on one line, verbatim between quotation marks; None when there is none."""
    fit = (e.quote for e in evidence if len(e.quote) <= LONGEST_QUOTE and e.quote.isprintable() and e.quote.strip())
    return next((f"“{quote}”" for quote in fit), None)


class Labels:
    """Translates keys of the reference lists into labels for readers."""

    def __init__(self, reference: Reference) -> None:
        self._industries = {entry.key: entry.label for entry in reference.table(Industries).industries}
        self._uses = {entry.key: entry.label for entry in reference.table(UseCaseNames).use_cases}
        self._systems = {entry.name: entry.display for entry in reference.table(IntegrationNames).integrations}

    def industry(self, key: str) -> str:
        return self._industries.get(key, plain(key))

    def use(self, key: str) -> str:
        label = self._uses.get(key, plain(key))
        return label if label.isupper() or label[:2].isupper() else label.lower()

    def system(self, name: str) -> str:
        return {"crm": "their CRM", "api": "the API"}.get(name) or self._systems.get(name, plain(name))
