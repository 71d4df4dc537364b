"""Tell claims that the question before, or trouble with an order, makes into something else; neither rules nor reader keep them.

'On Friday' in reply to 'when does your trial end?' is no decision date, 'about 250 dollars' in reply to the budget no objection,
and 'I want my money back' no wish to buy, however alike the words are.
"""

from __future__ import annotations

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.money import states_budget
from analyzers.language.embedded.text.conversation import Turn

_TIMES = (SpanType.DECISION_TIMELINE, SpanType.URGENCY)
_BRIEF_REPLY = 12
"""Words up to which a reply to 'when' only names the date that was asked for."""


def out_of_place(turn: Turn, found: Span) -> bool:
    if found.type in _TIMES:
        return _other_date(turn) and not found.attributes.get("firm")
    if found.type == SpanType.OBJECTION:
        priced = turn.has("objections.pricing_concern", "objections.pricing_blocker")
        return found.attributes.get("category") == "pricing" and states_budget(turn) and not priced
    return found.type == SpanType.BUYING_SIGNAL and _withdraws(turn, found)


def _other_date(turn: Turn) -> bool:
    """Return whether the turn only answers when a meeting, a trial's end or a colleague's return is."""
    decides = turn.has("decision_timeline.firm", "authority.decides")
    return turn.asked("prompts.other_date") and len(turn.words) <= _BRIEF_REPLY and not decides


def _withdraws(turn: Turn, found: Span) -> bool:
    """Return whether the sentence cancels, wants money back or tells of a failed order or payment."""
    sentence = turn.sentence_at(found.start)
    return any(
        not turn.hypothetical(h.start) for h in turn.hits_in(sentence.start, max(sentence.end, found.end), "signals.withdrawal")
    )
