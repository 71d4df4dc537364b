"""Gather the words by which a call as a whole is recognised: the agent's.

The agent is one speaker in all calls: what it offers, regrets and sums up says what a call was about in much the same words,
whoever calls. Courtesy is left out (``data/whole_call.yml`` has no weight for it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from analyzers.call import AnnotatedCall
from contract.document.session import TranscriptItem

Bags = Mapping[str, frozenset[str]]
_WORD = re.compile(r"[a-z][a-z']+")
_LONGEST = 2000
"""Characters of a turn that are taken: more than anybody says in one breath, and a bound for endless speech."""


def bags(call: AnnotatedCall) -> Bags:
    """Return the different words of the ``agent``, in lower case."""
    return {"agent": _words(turn for turn in call.document.transcript if turn.role != "user")}


def _words(turns: Iterable[TranscriptItem]) -> frozenset[str]:
    return frozenset(word for turn in turns for word in _WORD.findall(turn.text[:_LONGEST].lower().replace("\u2019", "'")))
