"""Decide from the whole call whether money is settled: stated, allotted, or a price that the caller takes (LABELS: bant).

'Under forty a head, yeah, that's where I'd like it' states no budget and no word of acceptance. What tells is who named a
price, what the caller said next, and whether any line of theirs speaks of money that is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.fitted import FittedFact
from analyzers.language.embedded.fusion import odds
from analyzers.language.embedded.rules.money import names_a_price
from analyzers.language.embedded.text.conversation import Conversation, Prediction, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import span

_LIKELY = 0.5
"""Probability from which money counts as settled: more likely than not."""
_NOTHING_READ = 0.02
"""Probability that stands for a call of which the reader read nothing; about the lowest that it gives."""


def settles_money(found: Span) -> bool:
    """Return whether a span says by itself that there is money."""
    return found.type == SpanType.BUDGET and found.role == "user" and found.holds and found.attributes.get("kind") != "refused"


def money_numbers(conversation: Conversation, spans: Iterable[Span]) -> dict[str, float]:
    """Return who named a price, how the caller took it, the surest line about money as log-odds, and what the rules say."""
    pieces = list(_pieces(conversation))
    replies = [p.reading.scores("reply") for turn, p in pieces if turn.prompt is not None and names_a_price(turn.prompt)]
    return {
        "price_told": float(any(names_a_price(turn) for turn in conversation.agent_turns)),
        "price_named": float(any(names_a_price(turn) for turn in conversation.user_turns)),
        "accepted": max((scores["accepts"] for scores in replies), default=0.0),
        "rejected": max((scores["rejects"] for scores in replies), default=0.0),
        "money": odds(max((_of_money(p) for _, p in pieces), default=_NOTHING_READ)),
        "rules": float(any(settles_money(found) for found in spans)),
    }


def settled_money(conversation: Conversation, spans: Iterable[Span], model: FittedFact) -> Iterator[Span]:
    """Yield a budget without an amount where the rules find none and the call as a whole says that there is money."""
    numbers = money_numbers(conversation, spans)
    likely = model.likelihoods(numbers)["yes"]
    if numbers["rules"] or likely < _LIKELY or _refused(conversation):
        return
    pieces = list(_pieces(conversation))
    if pieces:
        turn, piece = max(pieces, key=lambda found: _of_money(found[1]) + _takes_the_price(*found))
        accepted = turn.prompt is not None and names_a_price(turn.prompt)
        hit = turn.quote_at(Hit(piece.start, piece.end))
        yield span(turn, SpanType.BUDGET, hit, None, likely, kind="accepted" if accepted else "stated")


def _refused(conversation: Conversation) -> bool:
    """Return whether the caller's last reply to a price of the agent opens with a no."""
    replies = [turn for turn in conversation.user_turns if turn.prompt is not None and names_a_price(turn.prompt)]
    return bool(replies) and replies[-1].denies


def _pieces(conversation: Conversation) -> Iterator[tuple[Turn, Prediction]]:
    return ((turn, prediction) for turn in conversation.user_turns for prediction in turn.predictions)


def _of_money(piece: Prediction) -> float:
    return piece.reading.scores("money")["yes"]


def _takes_the_price(turn: Turn, piece: Prediction) -> float:
    return piece.reading.scores("reply")["accepts"] if turn.prompt is not None and names_a_price(turn.prompt) else 0.0
