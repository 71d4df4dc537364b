"""Find systems by how both sides treat them, also those no list has: left alone by the caller, or taken up by the agent as a link.

Who answers "there is no ready-made Brackwell connector" was asked for one, however the caller put it, and the agent's text spells
the name with capitals where a recogniser of the caller's speech may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import span
from analyzers.language.embedded.text.words import word_set

LINKS = re.compile(
    r"\b(?:connect\w*|integrat\w*|sync\w*|link(?:s|ed|ing)?|api|zapier|webhooks?|natively|imports?|writ(?:e|es|ten) back|"
    r"flows? (?:in|into|from)|pushe?[sd]?|pulls?|connector|open interface|goes over|filed (?:on|against)|files the|"
    r"(?:on|in) (?:our|my|the) list|specialist (?:would|could|can|will|to))\b"
)
"""How the agent speaks of a link, or of not knowing whether there is one."""
_LINKED = r"(?:connect|link|hook|touch|attach|integrat|talk|speak|tie|plug|join|mess|feed)\w*"
_ASIDE = re.compile(
    "|".join(
        rf"(?:{words})"
        for words in (
            r"\b(?:leav(?:e|ing)|left|let|keep|kept) (?:\w+ ){0,3}"
            r"(?:alone|out|be|lay|asleep|sleeping|separate|(?:as|where) it is)\b",
            r"\bleave (?:it|that|them|those)(?=[.,!?]|$)",
            r"\b(?:be let alone|sit there|mind its own|nothing to do with|no need|different (?:animal|matter|story))\b",
            r"\b(?:rather|hope) (?:it|you) didn't\b",
            r"\b(?:stays?|can stay|fine|keep|kept) (?:well |far |right |quiet |just |exactly )?"
            r"(?:away|out|separate|where it is|in the corner|over there)\b",
            r"\b(?:their|its|his|her) (?:own )?(?:thing|world|headache|business)\b",
            r"\b(?:not|never|nobody|no one) (?:\w+ ){0,5}(?:connect|link|hook|touch|attach|integrat|plug)\w*\b",
            r"\b(?:not|never) (?:\w+ ){0,5}(?:speak|talk)\w* (?:together|to)\b",
            r"\b(?:(?:do|does|did|would|wo)n't|(?:do|does|did|would|will) not|never|dont|doesnt) (?:really |even |actually )?"
            rf"(?:need|want|have to|wish|like)(?: [\w']+){{0,6}}? (?:{_LINKED}|in (?:my|our|there|it)\b)",
        )
    )
)
"""How callers say that a system is to be left as it is."""
_NAMED_LONGEST = 3
"""Words of the longest unknown name: 'Applied Freight Desk'."""
_CERTAINTY = 0.75
"""Confidence of a link that the agent takes up; below that of one the caller asks for in plain words (0.9)."""
NO_SYSTEM = word_set(
    "pandadoc zapier api apis pdf pdfs csv word excel business enterprise starter essentials i english sso crm erp okay yes no "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october "
    "november december us uk eu usd gbp"
)
"""Capitalised words of an agent that are no system of the caller."""


def left_alone(turn: Turn, hit: Hit) -> bool:
    """Return whether the caller wants the system left alone: said in its sentence, or in the next one that names no other."""
    sentence = turn.quote_at(hit)
    if _ASIDE.search(turn.low, sentence.start, sentence.end):
        return True
    following = turn.sentence_at(min(sentence.end + 1, max(0, len(turn.low) - 1)))
    if following.start <= hit.start or any(n.kind == "integration" for n in turn.names_in(following.start, following.end)):
        return False
    return _ASIDE.search(turn.low, following.start, following.end) is not None


def taken_up(conversation: Conversation) -> Iterator[Span]:
    """Yield systems the caller names or confirms and the agent's next turn speaks of linking."""
    for reply in conversation.agent_turns:
        asking = reply.prompt
        if asking is None or reply.position != asking.position + 1:
            continue
        for named in _linked_names(reply):
            place = _place(asking, named) or _confirmed(asking, named)
            if place is not None and not left_alone(asking, place):
                yield span(asking, SpanType.INTEGRATION, place, named.value, _CERTAINTY, use="needed")


class _Linked(NamedTuple):
    """Holds a system's name as reported, and its spoken form in lower case; ``known`` when a list has it."""

    value: str
    spoken: str
    known: bool


def _linked_names(reply: Turn) -> list[_Linked]:
    """Return systems in sentences of the agent that state something about a link; a question of the agent states nothing."""
    found: dict[str, _Linked] = {}
    for sentence in reply.sentences:
        if reply.in_question(sentence.start) or not LINKS.search(reply.low, sentence.start, sentence.end):
            continue
        names = reply.names_in(sentence.start, sentence.end)
        for name in names:
            if name.kind == "integration":
                found[name.canonical] = _Linked(name.canonical, reply.low[name.start : name.end], True)
        taken = [Hit(name.start, name.end) for name in names]
        for unknown in _unknown_names(reply, Hit(sentence.start, sentence.end), taken):
            found.setdefault(unknown, _Linked(unknown, unknown, False))
    return list(found.values())


def _unknown_names(reply: Turn, sentence: Hit, taken: list[Hit]) -> Iterator[str]:
    """Yield runs of capitalised words inside the sentence that no list knows; the word that opens it may be any word."""
    run: list[str] = []
    words = [w for w in reply.words if sentence.start <= w.start < sentence.end]
    for at, word in enumerate(words):
        capital = reply.text[word.start].isupper() and at > 0
        if capital and word.text not in NO_SYSTEM and not any(hit.start <= word.start < hit.end for hit in taken):
            run.append(word.text)
            continue
        if run and len(run) <= _NAMED_LONGEST:
            yield " ".join(run)
        run = []
    if run and len(run) <= _NAMED_LONGEST:
        yield " ".join(run)


def _place(turn: Turn, named: _Linked) -> Hit | None:
    """Return where the caller says the name."""
    if named.known:
        return next((Hit(n.start, n.end) for n in turn.names if n.kind == "integration" and n.canonical == named.value), None)
    found = re.search(rf"\b{re.escape(named.spoken)}\b", turn.low)
    return Hit(found.start(), found.end()) if found else None


def _confirmed(turn: Turn, named: _Linked) -> Hit | None:
    """Return the caller's confirmation when the agent's question before it named the system."""
    prompt = turn.prompt
    if prompt is None or not turn.affirms or not turn.words or not named.known:
        return None
    offered = [n for n in prompt.names if n.kind == "integration" and n.canonical == named.value and prompt.in_question(n.start)]
    return Hit(turn.words[0].start, turn.sentences[0].end) if offered else None
