"""Determine the usage of each paid component: measured reply by reply, or the totals an older document reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum, isfinite
from typing import Any, Literal, cast

from analyzers.performance.tokens import reply_tokens
from contract.document.session import SessionDocument
from contract.platform.price_book import Component, PriceBook

UsageSource = Literal["measured", "reported"]
Unit = Literal["tokens", "minutes", "characters"]
IMPLAUSIBLE = 1e12
"""Tokens, characters or US dollars from which an older document's total is taken for damaged and ignored: no call comes near."""
UNITS: Mapping[Component, Unit] = {"llm": "tokens", "stt": "minutes", "tts": "characters"}


@dataclass(frozen=True)
class ModelUsage:
    """Holds a ``quantity`` in tokens, minutes of audio or characters.

    ``prompt`` and ``completion`` split the tokens where known.
    """

    component: Component
    model: str | None
    quantity: float
    source: UsageSource
    prompt: int = 0
    completion: int = 0
    reported_usd: float | None = None

    @property
    def unsplit(self) -> int:
        """Return the tokens that are not known to be prompt or completion tokens."""
        return max(0, round(self.quantity) - self.prompt - self.completion)


def usage(document: SessionDocument, component: Component, book: PriceBook) -> ModelUsage | None:
    """Return measured use, else reported totals, else None when the document has neither."""
    return _measured(document, component) or _reported(document, component, book)


def reported_tokens(document: SessionDocument, book: PriceBook) -> float | None:
    return _number(_summary(document).get(book.reported["llm"].quantity)) if "llm" in book.reported else None


def _measured(document: SessionDocument, component: Component) -> ModelUsage | None:
    if component == "llm":
        return _tokens(document)
    if component == "stt":
        seconds = _sum(reply.stt_audio_duration for reply in document.metrics)
        return None if seconds is None else ModelUsage("stt", document.models.stt, seconds / 60, "measured")
    characters = _sum(reply.tts_characters_count for reply in document.metrics)
    return None if characters is None else ModelUsage("tts", document.models.tts, characters, "measured")


def _tokens(document: SessionDocument) -> ModelUsage | None:
    total = _sum(reply_tokens(reply) for reply in document.metrics)
    if total is None:
        return None
    split = [(r.prompt_tokens, r.completion_tokens) for r in document.metrics]
    known = [(prompt, completion) for prompt, completion in split if prompt is not None and completion is not None]
    prompt, completion = sum(pair[0] for pair in known), sum(pair[1] for pair in known)
    return ModelUsage("llm", document.models.llm, total, "measured", prompt, completion)


def _reported(document: SessionDocument, component: Component, book: PriceBook) -> ModelUsage | None:
    entry, summary = book.reported.get(component), _summary(document)
    if entry is None:
        return None
    quantity, usd = _number(summary.get(entry.quantity)), _number(summary.get(entry.cost))
    if quantity is None and not usd:
        return None
    model = getattr(document.models, component) or entry.model
    return ModelUsage(component, model, quantity or 0.0, "reported", reported_usd=usd or None)


def _summary(document: SessionDocument) -> Mapping[str, Any]:
    summary: Any = (document.model_extra or {}).get("cost_summary")
    return cast(Mapping[str, Any], summary) if isinstance(summary, dict) else {}


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if isfinite(value) and 0 <= value < IMPLAUSIBLE else None


def _sum(values: Iterable[float | None]) -> float | None:
    """Sum what was measured; None when nothing was, because an empty sum is not 0."""
    measured = [value for value in values if value is not None]
    return fsum(measured) if measured else None
