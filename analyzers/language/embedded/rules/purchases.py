"""Find a purchase made or promised for today in the call: who buys decides alone, this week, and needs it now (LABELS: outcome)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import span

_DONE = re.compile(
    r"\b(?:payment (?:was |is |has been )?(?:received|accepted|successful|complete|through|went through|has gone through)"
    r"|(?:it|card|payment) (?:'s |has |just )?(?:went|gone) through|(?:i've|i have|we've|we have|i|we)(?: just"
    r"| now)? (?:paid|bought|upgraded"
    r"|subscribed|checked out|placed the order)(?: now| just now| for it)?|it says (?:paid|thank you for"
    r"|you're all set|you are now on)"
    r"|card(?:'s| is) in\b|that's (?:me |us )?paid)"
)
_PROMISED = re.compile(
    r"\b(?:i'll|i will|we'll|we will|i'm going to|let me|i'm gonna) (?:just |then |go and )?(?:put|stick|enter"
    r"|type|pop) (?:the|my|our|in the) "
    r"(?:company |credit |debit )?card\b[^.?!]{0,24}|\b(?:i'll|i will|we'll|we will|i'm going to"
    r"|i'm gonna) (?:just |then |go and )?(?:buy|pay|upgrade"
    r"|subscribe|check out|sign up)\b[^.?!]{0,40}"
)
_TODAY = re.compile(
    r"\b(?:now|right away|straight away|today|tonight|this (?:minute|morning|afternoon|evening)|after (?:this"
    r"|the) call|as we speak)\b"
)
_CHECKOUT = re.compile(r"\b(?:billing|checkout|check out|card|upgrade|payment|plans? page|subscribe|buy)\b")
_GUIDED = 6
"""Turns before 'it went through' in which the agent must have spoken of the checkout: else the caller tells of another purchase."""


def purchases(conversation: Conversation) -> Iterator[Span]:
    """Yield authority, decision timeline and urgency for the caller's words that buy; nothing for a purchase of something else."""
    for turn in conversation.user_turns:
        bought = _bought(conversation, turn)
        if bought is None or turn.negated(bought.start) or turn.hypothetical(bought.start) or turn.in_question(bought.start):
            continue
        quote = turn.quote_at(bought)
        yield span(turn, SpanType.DECISION_TIMELINE, quote, turn.text[quote.start : quote.end], 0.9, bucket="this_week", firm=True)
        yield span(turn, SpanType.URGENCY, quote, "high", 0.8)
        yield span(turn, SpanType.BUDGET_AUTHORITY, quote, "decision_maker", 0.7, basis="statement")


def _bought(conversation: Conversation, turn: Turn) -> Hit | None:
    guided = any(
        not t.is_user and _CHECKOUT.search(t.low) for t in conversation.turns[max(0, turn.position - _GUIDED) : turn.position]
    )
    done = _DONE.search(turn.low) if guided else None
    if done:
        return Hit(done.start(), done.end())
    for promise in _PROMISED.finditer(turn.low):
        sentence = turn.sentence_at(promise.start())
        if guided and _TODAY.search(turn.low, promise.start(), min(sentence.end, promise.end() + 30)):
            return Hit(promise.start(), promise.end())
    return None
