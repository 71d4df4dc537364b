"""Find money: the budget stated, allotted or accepted, and the company's revenue (spec 3.1, 3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.counted_people import documents_follow, noun_of
from analyzers.language.embedded.rules.other_figures import is_of_another_firm
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.numbers import Number
from analyzers.language.embedded.text.spans import modality_at, near, polarity_at, span

_LEAST_ASKED = 50
"""Amount without a currency from which the answer to what may be spent is money: less is a number of seats or of months."""
_LEAST_UNASKED = 500
"""Amount without a currency from which a number beside 'budget' is money though nobody asked."""
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
            elif _budget(turn, number, currency):
                yield span(
                    turn,
                    SpanType.BUDGET,
                    turn.quote_at(hit),
                    number.value,
                    0.75,
                    polarity=polarity_at(turn, number.start),
                    modality=modality_at(turn, number.start),
                    currency=currency,
                    kind="allotted" if turn.has("authority.decides") or _allotted(turn, hit) else "stated",
                )
        yield from _price_reaction(turn)


def states_budget(turn: Turn) -> bool:
    """Return whether the turn answers what may be spent with an amount: 'About 250 dollars a month.'"""
    return turn.asked("prompts.budget") and any(_budget(turn, n, currency_of(turn, n)) for n in turn.numbers)


def _allotted(turn: Turn, hit: Hit) -> bool:
    return near(turn, hit, "company.budget_word") or turn.asked("prompts.budget")


def _budget(turn: Turn, number: Number, currency: str | None) -> bool:
    """Return whether an amount is a budget: beside a word for it, or the answer to what may be spent."""
    words = near(turn, Hit(number.start, number.end), "company.budget_word", reach=40)
    if turn.asked("prompts.budget") and not number.clock:
        people = noun_of(turn, number) or documents_follow(turn, number)
        return bool(currency) or (number.value >= _LEAST_ASKED and not people and not is_of_another_firm(turn, number))
    return bool(words) and bool(currency or number.value >= _LEAST_UNASKED)


def _price_reaction(turn: Turn) -> Iterator[Span]:
    """Yield what the caller says to a price just named: accepted or refused."""
    if turn.prompt is None or not names_a_price(turn.prompt):
        return
    accepted = [h for h in turn.hits("company.cost_accepted") if not turn.negated(h.start)]
    refused = turn.hits("objections.pricing_concern", "objections.pricing_blocker")
    if accepted:
        yield span(turn, SpanType.BUDGET, turn.quote_at(accepted[0]), None, 0.7, kind="accepted")
    elif refused:
        yield span(turn, SpanType.BUDGET, turn.quote_at(refused[0]), None, 0.6, kind="refused")


def names_a_price(turn: Turn) -> bool:
    """Return whether an amount with its currency is said."""
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
