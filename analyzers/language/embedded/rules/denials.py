"""Tell the 'no' that answers a question from the 'not' that denies the words after it."""

from __future__ import annotations

from analyzers.language.embedded.text.conversation import Turn
from analyzers.language.embedded.text.words import word_set

_ANSWERS = frozenset({"no", "nope", "nah"})
_NEGATING = word_set("not never don't doesn't didn't isn't aren't wasn't can't cannot couldn't won't wouldn't hardly nobody")
_REACH = 5
"""Words before a cue in which a "not" denies it."""


def denied(turn: Turn, offset: int) -> bool:
    """Return whether more than an opening answer negates: 'No, that's my call' and 'no, it's only me' deny nothing themselves."""
    before = turn.before(offset, _REACH)
    answers = bool(before) and before[0] in _ANSWERS and len(turn.before(offset, _REACH + 1)) == len(before)
    return turn.negated(offset) and not (answers and not _NEGATING & set(before[1:]))
