"""Decide whether the agent answered what the caller asked, from its next turns (LABELS: content_gaps)."""

from __future__ import annotations

import re

from analyzers.language.annotations import Act
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.words import words_of

_MONEY = re.compile(r"[$€£]\s?\d|\b(?:dollars?|euros?|pounds?|free|a month|per month|included|cents?)\b")
_PRICE = re.compile(r"\b(?:cost\w{0,2}|price\w?|pricing|how much (?:is|does|for|are|would|do)|charge)\b")
_YES_NO_ANSWER = re.compile(
    r"(?:yes|no|you can|it does|it can|not at the moment|unfortunately|that's right|exactly|correct|absolutely)\b"
)
_TURNS = 3
"""Turns of the agent in which the answer to a question is looked for."""


def mark_answered(conversation: Conversation) -> None:
    """Set ``answered`` of each of the caller's questions."""
    for turn in conversation.turns:
        if turn.is_user and turn.questions:
            turn.questions = [q.model_copy(update={"answered": _answered(conversation, turn, q)}) for q in turn.questions]


def _answered(conversation: Conversation, turn: Turn, question: Act) -> bool:
    following = _answers(conversation, turn)
    asked = turn.low[question.start : question.end]
    if not following:
        return False
    if _PRICE.search(asked):
        put_off = bool(following[0].questions) and not _YES_NO_ANSWER.match(following[0].low.lstrip())
        return any(_MONEY.search(reply.low) for reply in following) or (_plain(following[0]) and not put_off)
    return _plain(following[0])


def _answers(conversation: Conversation, turn: Turn) -> list[Turn]:
    """Return the agent's next turns, past the caller's impatience in between."""
    after = conversation.turns[turn.position + 1 : turn.position + 1 + 2 * _TURNS]
    return [t for t in after if not t.is_user][:_TURNS]


def _plain(reply: Turn) -> bool:
    """Return whether a reply is a real answer: not a deflection, not only a question back, not cut off after a few words."""
    opening = reply.low.lstrip()
    if reply.has("acts.deflection"):
        first = min(h.start for h in reply.cues["acts.deflection"])
        answered_first = _YES_NO_ANSWER.match(opening) and first > len(reply.low) // 2
        return bool(answered_first)
    words = len(words_of(reply.low))
    if reply.item.interrupted and words < 12:
        return False
    stated = [s for s in reply.sentences if not reply.text[s.start : s.end].rstrip().endswith("?")]
    said = sum(len(words_of(reply.low[s.start : s.end])) for s in stated)
    return said >= 3 or bool(_YES_NO_ANSWER.match(opening))
