"""Find money: the budget stated, allotted or accepted, and the company's revenue (spec 3.1, 3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.numbers import Number
from analyzers.language.embedded.text.spans import modality_at, near, polarity_at, span

_CURRENCIES = (
    (("euro", "€", "eur"), "EUR"),
    (("pound", "£", "quid", "gbp"), "GBP"),
    (("rupee", "lakh", "inr"), "INR"),
    (("zloty",), "PLN"),
    (("peso",), "PHP"),
    (("naira",), "NGN"),
    (("canadian",), "CAD"),
    (("dollar", "$", "buck", "usd", "grand"), "USD"),
)


def budgets(conversation: Conversation) -> Iterator[Span]:
    for turn in conversation.user_turns:
        for number in turn.numbers:
            currency = currency_of(turn, number)
            hit = Hit(number.start, number.end)
            if near(turn, hit, "company.revenue"):
                if currency or number.value >= 10_000:
                    yield span(
                        turn,
                        SpanType.REVENUE,
                        turn.quote_at(hit),
                        number.value,
                        0.6,
                        modality=modality_at(turn, number.start),
                        currency=currency,
                    )
            elif (currency or number.value >= 500) and near(turn, hit, "company.budget_word", reach=40):
                yield span(
                    turn,
                    SpanType.BUDGET,
                    turn.quote_at(hit),
                    number.value,
                    0.75,
                    polarity=polarity_at(turn, number.start),
                    modality=modality_at(turn, number.start),
                    currency=currency,
                    kind="allotted" if turn.has("authority.decides") or near(turn, hit, "company.budget_word") else "stated",
                )
        yield from _price_reaction(turn)


def _price_reaction(turn: Turn) -> Iterator[Span]:
    """Yield what the caller says to a price just named: accepted or refused."""
    if turn.prompt is None or not _priced(turn.prompt):
        return
    accepted = [h for h in turn.hits("company.cost_accepted") if not turn.negated(h.start)]
    refused = turn.hits("objections.pricing_concern", "objections.pricing_blocker")
    if accepted:
        yield span(turn, SpanType.BUDGET, turn.quote_at(accepted[0]), None, 0.7, kind="accepted")
    elif refused:
        yield span(turn, SpanType.BUDGET, turn.quote_at(refused[0]), None, 0.6, kind="refused")


def _priced(turn: Turn) -> bool:
    return any(currency_of(turn, n) for n in turn.numbers)


def currency_of(turn: Turn, number: Number) -> str | None:
    """Return the ISO code when a sign stands before the number or a unit right after it; else None."""
    around = turn.low[max(0, number.start - 2) : number.start] + " " + turn.low[number.end : number.end + 18]
    if "grand" in turn.low[number.start : number.end]:
        around += " grand"
    first = around.replace(",", " ").split()[:2]
    for marks, code in _CURRENCIES:
        if any(word.startswith(marks) for word in first) or around[:2].strip() in marks:
            return code
    return None
