"""Find callers who bargain: a price asked, offered or simply named that is lower than the agent's.

An offer is told by structure: the caller names an amount below the one the agent named last, with a verb of offering or with
nothing else, while the talk is of a price. Some turns of phrase need no amount ('meet me in the middle').
"""

from __future__ import annotations

import re

from analyzers.language.embedded.rules.money import currency_of
from analyzers.language.embedded.text.conversation import Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.numbers import Number

PRICE_TURNS = 6
"""Turns back in which a price named keeps the talk one of price: an offer is answered within three turns of either side."""
_LEAST_SHARE = 0.2
"""Share of the agent's price below which an amount is no offer but another number: nobody offers a fifth."""
_PLAIN_PRICE = 100
"""Number from which an agent who speaks of prices means one without saying so, unless it is asked: smaller ones count things."""
_NAMED_ALONE = 6
"""Words up to which a turn with an amount of money is that amount and no more: 'one fifty, cash'."""
_PRICE_TALK = re.compile(
    r"[$€£]\s?\d|\b(?:dollars?|bucks|euros?|pounds?|quid|pric\w{1,3}|asking|listed|offer(?:s|ed|ing)?|cash|cheaper"
    r"|cheapest|discount"
    r"|negotia\w{1,6}|cost)\b"
)
_OFFERS = re.compile(
    r"\b(?:(?:would|could|can|will|won't|do|might) (?:you|ya|u|y'all)\b(?: \w+){0,5}? (?:take|accept|consider|do|go"
    r"|come|drop|lower|let|sell"
    r"|make|knock|settle|meet|agree|work|part|live|give)"
    r"|(?:i|we) (?:can|could|would|will|might)(?: \w+){0,4}? (?:do|go|offer|pay|give|afford|swing|manage|stretch|take"
    r"|buy|put|bring|spend)"
    r"|(?:i'd|we'd|i'll|we'll)(?: \w+){0,4}? (?:do|go|offer|pay|give|stretch|take|buy|put|spend)"
    r"|(?:willing|prepared|able|hoping|looking|thinking|ready)(?: \w+){0,3}? (?:do|go|offer|pay|give|spend|of|around"
    r"|about|more like|closer to)"
    r"|offer(?:ing)? you|my offer is|only (?:have|got)|all (?:i|we)(?:'ve)? (?:have|got)(?: is)?|settle (?:for|on|at)"
    r"|(?:my|our) (?:max|maximum|limit|offer|top|ceiling|highest)|(?:most|best|highest|max) (?:i|we) can(?: \w+){0,2}"
    r"|come down to|go down to|drop (?:it )?to|lower (?:it )?to)\b(?:(?!\b(?:and|but|or|so)\b)[^.?!,]){0,20}$"
)
_SUGGESTS = re.compile(
    r"\b(?:(?:how|what) about|what if|make it|let's (?:say|do|go|make|call|meet|settle)|closer to|more like"
    r"|instead of|i was thinking)\b"
    r"(?:(?!\b(?:and|but|or|so)\b)[^.?!,]){0,20}$"
)
"""What is said before an offer and before much else: it counts only where the agent has named a price."""
_NO_AMOUNT = re.compile(
    r"\b(?:meet (?:me|us|you|each other|\w+)? ?(?:in the middle|half ?way)|split the difference|(?:take|accept"
    r"|do it for) (?:any )?less\b"
    r"|(?:come|go|budge) (?:any |a (?:little|bit) |much )?(?:down|lower)(?: (?:on|in|with) (?:the|that|your) price"
    r"| (?:a bit|a little|any|some|at all|"
    r"further))|(?:lower|reduce|drop|negotiate|flexible on|firm on|wiggle room on|budge on|move on"
    r"|work with me on) (?:on )?(?:the|that|your) price"
    r"|(?:knock|take) (?:\w+ ){1,4}off (?:the|that|your|of) (?:price|asking|top)|any (?:wiggle )?room (?:on|in"
    r"|for) (?:the|that|your) (?:price|negotiation)"
    r"|is (?:the|that|your) price (?:negotiable|firm|flexible)|(?:best|lowest) (?:price )?(?:you|you'd|you'll|you can"
    r"|you could|you would|you'd be) "
    r"(?:can |could |would |will )?(?:do|take|go|accept|offer|let)|(?:do|give me) (?:any|a little|a bit|a) (?:better"
    r"|cheaper)(?: on| than| price|\W*$)"
    r"|your (?:best|lowest|bottom|rock bottom) (?:price|offer|figure)|less than (?:the |your )?asking)"
)
_NO_PRICE_AFTER = re.compile(
    r"\s?(?:%|percent\b|o'clock|[ap]\.?m\b|people\b|users?\b|seats?\b|of us\b|staff\b|documents?\b|contracts?\b"
    r"|years?\b|months?\b|weeks?\b|days?\b"
    r"|hours?\b|minutes?\b|miles?\b|bedrooms?\b|inch\w*|feet\b|times\b|more\b|other\b|things?\b|questions?\b"
    r"|of (?:them|those|these)\b|thirty\b|st\b|th\b|nd\b)"
)


def offer_in(turn: Turn, earlier: list[Turn]) -> Hit | None:
    """Return where the caller bargains; None when they do not. ``earlier`` are the turns before, latest last."""
    phrase = _NO_AMOUNT.search(turn.low)
    if phrase:
        return Hit(phrase.start(), phrase.end())
    if not turn.numbers:
        return None
    recent = earlier[-PRICE_TURNS:]
    if not any(_PRICE_TALK.search(other.low) for other in (turn, *recent)):
        return None
    asked = _last_price(recent)
    offered = (n for n in turn.numbers if _is_below(turn, n, asked) and _is_offered(turn, n, asked))
    return next((Hit(number.start, number.end) for number in offered), None)


def _is_below(turn: Turn, number: Number, asked: float | None) -> bool:
    """Return whether an amount is below the price the agent named last, or the agent named none."""
    counts_other = _NO_PRICE_AFTER.match(turn.low, number.end)
    return not counts_other and (asked is None or asked * _LEAST_SHARE <= number.high < asked)


def _last_price(recent: list[Turn]) -> float | None:
    """Return the price that the agent named last, the highest of a turn, but none that was refused; None without one."""
    for other in reversed(recent):
        prices = [n.high for n in other.numbers if _is_price(other, n) and not other.negated(n.start)]
        if not other.is_user and prices:
            return max(prices)
    return None


def _is_price(turn: Turn, number: Number) -> bool:
    if _NO_PRICE_AFTER.match(turn.low, number.end):
        return False
    large = number.high >= _PLAIN_PRICE and not turn.questions
    return large or len(turn.words) < _NAMED_ALONE or bool(_PRICE_TALK.search(turn.low))


def _is_offered(turn: Turn, number: Number, asked: float | None) -> bool:
    """Return whether an amount is offered by the words before it, or simply named: first of all, or with hardly another word."""
    sentence = turn.sentence_at(number.start)
    before = turn.low[sentence.start : number.start].rstrip(" $€£")
    if _OFFERS.search(before) or (asked is not None and _SUGGESTS.search(before)):
        return True
    if asked is None or turn.prompt is None or turn.prompt.questions or all(n.high != asked for n in turn.prompt.numbers):
        return False
    return not turn.low[: number.start].strip(" $€£") or (len(turn.words) <= _NAMED_ALONE and currency_of(turn, number) is not None)
