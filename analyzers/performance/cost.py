"""Compute what a call cost, by component and provider, in US dollars (spec 3.6; contract: cost by provider).

A component whose price or quantity is not known costs null, never 0; ``total`` is then null too and ``known_total`` is the
sum of the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import Literal, get_args

from analyzers.durations import call_minutes
from analyzers.evidence import ReportModel
from analyzers.performance.usage import UNITS, ModelUsage, Unit, usage
from contract.document.session import SessionDocument
from contract.platform.price_book import CharacterPrice, Component, MinutePrice, PriceBook, TokenPrice, price_of

CostSource = Literal["measured", "reported", "estimated"]


class CostLine(ReportModel):
    """Prices one component.

    ``reported``: the amount is the document's own. ``estimated``: priced from a quantity without its model or token split.
    """

    component: Literal["llm", "stt", "tts", "livekit"]
    provider: str | None
    model: str | None
    quantity: float | None
    unit: Unit
    usd: float | None
    source: CostSource | None
    reason: Literal["not_measured", "model_unknown", "price_missing"] | None = None


class ModelCost(ReportModel):
    """Prices a language model's tokens, with its price tier; prices per 1,000,000 tokens."""

    model: str
    tier: str | None
    provider: str | None
    input_price: float | None
    output_price: float | None
    total_tokens: int
    usd: float | None


class Cost(ReportModel):
    llm: float | None
    stt: float | None
    tts: float | None
    livekit: float | None
    total: float | None
    known_total: float | None
    complete: bool
    currency: Literal["USD"]
    price_book: str
    lines: tuple[CostLine, ...]
    missing: tuple[str, ...]


def cost(document: SessionDocument, book: PriceBook) -> Cost:
    lines = (*(_line(document, component, book) for component in get_args(Component)), _livekit(document, book))
    amounts = {line.component: line.usd for line in lines}
    known = [usd for usd in amounts.values() if usd is not None]
    complete = len(known) == len(lines)
    total = round(fsum(known), 8) if known else None
    return Cost(
        **amounts,
        total=total if complete else None,
        known_total=total,
        complete=complete,
        currency=book.currency,
        price_book=book.dated.isoformat(),
        lines=lines,
        missing=tuple(_missing(line) for line in lines if line.usd is None),
    )


def cost_by_model(lines: Sequence[CostLine], book: PriceBook) -> tuple[ModelCost, ...]:
    return tuple(_model_cost(line, book) for line in lines if line.component == "llm" and line.model and line.quantity is not None)


def _model_cost(line: CostLine, book: PriceBook) -> ModelCost:
    price = price_of(book.llm, line.model)
    return ModelCost(
        model=line.model or "",
        tier=price.tier if price else None,
        provider=line.provider,
        input_price=price.input if price else None,
        output_price=price.output if price else None,
        total_tokens=round(line.quantity or 0),
        usd=line.usd,
    )


def _line(document: SessionDocument, component: Component, book: PriceBook) -> CostLine:
    used = usage(document, component, book)
    if used is None:
        model = getattr(document.models, component)
        return _unpriced(component, book.provider_of(model), model, None, "not_measured")
    price = _price(used, book)
    if used.reported_usd is not None:
        provider = book.reported[component].provider
        return _priced(used, provider, used.reported_usd, "reported")
    if price is None:
        reason = "price_missing" if used.model else "model_unknown"
        return _unpriced(component, book.provider_of(used.model), used.model, used.quantity, reason)
    estimated = used.source == "reported" or (component == "llm" and used.unsplit > 0)
    return _priced(used, price.provider, _usd(used, price), "estimated" if estimated else "measured")


def _price(used: ModelUsage, book: PriceBook) -> TokenPrice | MinutePrice | CharacterPrice | None:
    if used.component == "llm":
        return price_of(book.llm, used.model)
    return price_of(book.stt, used.model) if used.component == "stt" else price_of(book.tts, used.model)


def _usd(used: ModelUsage, price: TokenPrice | MinutePrice | CharacterPrice) -> float:
    """Price a usage; tokens that are not split count as prompt tokens, which nearly all of a voice agent's tokens are."""
    match price:
        case TokenPrice():
            return price.cost(used.prompt + used.unsplit, used.completion)
        case MinutePrice():
            return used.quantity * price.per_minute
        case CharacterPrice():
            return used.quantity / 1000 * price.per_thousand_characters


def _livekit(document: SessionDocument, book: PriceBook) -> CostLine:
    minutes = call_minutes(document)
    usd = None if minutes is None else round(minutes * book.livekit.per_minute, 8)
    return CostLine(
        component="livekit",
        provider=book.livekit.provider,
        model=None,
        quantity=minutes,
        unit="minutes",
        usd=usd,
        source=None if usd is None else "measured",
        reason="not_measured" if usd is None else None,
    )


def _priced(used: ModelUsage, provider: str, usd: float, source: CostSource) -> CostLine:
    return CostLine(
        component=used.component,
        provider=provider,
        model=used.model,
        quantity=used.quantity,
        unit=UNITS[used.component],
        usd=round(usd, 8),
        source=source,
    )


def _unpriced(
    component: Component,
    provider: str | None,
    model: str | None,
    quantity: float | None,
    reason: Literal["not_measured", "model_unknown", "price_missing"],
) -> CostLine:
    return CostLine(
        component=component,
        provider=provider,
        model=model,
        quantity=quantity,
        unit=UNITS[component],
        usd=None,
        source=None,
        reason=reason,
    )


def _missing(line: CostLine) -> str:
    """Say what to do about a component without a cost."""
    if line.reason == "price_missing":
        return f"{line.component}: the price of {line.model} is missing; add it to data/price_book.yml."
    if line.reason == "model_unknown":
        return (
            f"{line.component}: the document names no model, so its use has no price; let the agent write models.{line.component}."
        )
    return f"{line.component}: its use was not measured in this call."
