"""Turn facts into words of a sentence: reduced to plain text, labelled, and joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from analyzers.call import AnnotatedCall
from analyzers.clauses import MARK
from analyzers.evidence import Evidence, ExtractedFact
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
    """Join values as ``a, b and c``; as ``a, b; also c`` where one of them has an 'and' of its own."""
    parts = [value for value in dict.fromkeys(values) if value]
    if len(parts) < 2:
        return "".join(parts)
    last = "; also " if any(" and " in part for part in parts) else " and "
    return f"{', '.join(parts[:-1])}{last}{parts[-1]}"


def lowered(label: str) -> str:
    """Return a label inside a sentence: its first letter small, unless it is a name or an abbreviation (``CRM``, ``PandaDoc``)."""
    first = label.split(" ", 1)[0]
    return label if any(letter.isupper() for letter in first[1:]) or first == "I" else label[:1].lower() + label[1:]


def sentences(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def quoted(evidence: Sequence[Evidence]) -> str | None:
    """Return the first quote that fits on one line, verbatim between quotation marks; None when there is none."""
    fit = (e.quote for e in evidence if len(e.quote) <= LONGEST_QUOTE and e.quote.isprintable() and e.quote.strip())
    return next((f"“{quote}”" for quote in fit), None)


def clause_of(call: AnnotatedCall, fact: ExtractedFact) -> Evidence | None:
    """Return where the clause that is shown of a fact stands, verbatim; None where it has none on one line."""
    words = (fact.clause or "").removesuffix(MARK)
    for evidence in fact.evidence if words else ():
        item = call.items.get(evidence.item_id)
        at = item.text.find(words) if item else -1
        if at >= 0 and words.isprintable():
            return Evidence(item_id=evidence.item_id, start=at, end=at + len(words), quote=words)
    return None


def said(call: AnnotatedCall, fact: ExtractedFact) -> str | None:
    """Return the caller's whole clause in quotation marks, with a mark behind them where it goes on; None without one."""
    clause = clause_of(call, fact)
    if clause is None:
        return quoted(fact.evidence)
    return f"“{clause.quote}”{MARK if (fact.clause or '').endswith(MARK) else ''}"


def ended(sentence: str) -> str:
    """Return the sentence with a full stop, unless a quote at its end has its own."""
    return sentence if sentence.endswith((".", ".”", "?”", "!”", MARK)) else f"{sentence}."


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
