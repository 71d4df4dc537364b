"""Tell from the words of a promise what is to be sent or shown, and in which form (spec 3.8: demo and document requests)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from analyzers.action_items.models import Document, Format

T = TypeVar("T")
Wording = tuple[T, re.Pattern[str]]


def _whole_words(name: T, *forms: str) -> Wording[T]:
    """Match whole words and their plurals only, so that ``doc`` is not found in 'DocuSign', nor ``live`` in 'deliver'."""
    return name, re.compile(rf"\b(?:{'|'.join(forms)})s?\b", re.IGNORECASE)


FORMATS: tuple[Wording[Format], ...] = (
    _whole_words("video", "video", "recording", "loom"),
    _whole_words("presentation", "presentation", "slide", "deck"),
    _whole_words("pdf", "pdf"),
    _whole_words("link", "link", "url"),
    _whole_words("live", "live", "screen[- ]share", "walk (?:me|us|you|them) through", "walk[- ]?through", "on a call", "together"),
    _whole_words("doc", "doc", "article", "guide", "one[- ]pager", "sheet"),
)
DOCUMENTS: tuple[Wording[Document], ...] = (
    _whole_words("case_study", "case stud(?:y|ie)", "success stor(?:y|ie)", "reference customer"),
    _whole_words("comparison", "comparison", "side[- ]by[- ]side"),
    _whole_words("security", "security", "soc ?2", "hipaa", "gdpr", "compliance", "dpa", "baa"),
    _whole_words("pricing", "pricing", "price", "quote", "quotation", "rate card", "cost"),
    _whole_words("contract", "contract", "agreement", "terms", "order form", "msa", "nda"),
    _whole_words("guide", "guide", "article", "tutorial", "instruction", "how[- ]to", "documentation", "manual"),
    _whole_words("template", "template", "sample", "example"),
)


def first_named(wordings: Sequence[Wording[T]], *said: str) -> T | None:
    """Return the first entry of the list whose words occur, in the order of ``said``; None when none does."""
    return next((name for text in said for name, words in wordings if words.search(text)), None)
