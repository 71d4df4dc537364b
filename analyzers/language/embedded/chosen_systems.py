"""Choose which business systems are to be connected, which are merely in use, and which are neither (LABELS: integrations).

Rules know the names of a list and go by the cue nearest to one; the reader hears in each mention what a system is to the caller
(``MENTION_HEADS``: relation), so names of no list are found too, and the agent's reply repeats a name, takes up the link or leaves
the system alone. What the whole call says of a system decides (``data/fitted_facts.yml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.fitted import FittedFact
from analyzers.language.embedded.piece_numbers import odds
from analyzers.language.embedded.rules.linked_systems import LINKS, NO_SYSTEM, left_alone
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import near, span
from analyzers.language.embedded.text.words import Word

SYSTEM = "system"
"""Name of the fit: ``needed``, ``in_use`` or ``none``."""
_LEAST_HEARD = 0.3
"""Probability from which a word that no list knows is a candidate by the reader's ear alone."""
_LEAST_ECHOED = 0.05
"""Probability from which it is one where the agent repeats it as a name."""
_NEAR_REPLIES = 3
"""Turns after the caller's within which the agent repeats a name."""
_SHORTEST_NAME = 4
"""Letters of the longest word in lower case that may be no name, however the vocabulary splits it."""
_LONGEST_NAME = 4
"""Words of the longest name: 'Point of Rental Essentials'."""
_JOINTS = frozenset({"of"})
"""Words within a name: 'Point of Rental'; 'and' stands between two."""
_MOST_TIMES = 3
"""Times a system is named beyond which one more says nothing."""
_LEFT_BY_AGENT = re.compile(
    r"\b(?:left? (?:\w+ ){0,2}(?:alone|as it is|where it is|out)|no (?:connection|link|integration)|nothing (?:\w+ ){0,3}connected|"
    r"(?:don't|do not|needn't) (?:have|need) to (?:connect|link)|(?:doesn't|does not|won't|will not|never) touch|just \w+,? then|"
    r"stays? (?:separate|out|as it is|where it is)|without (?:\w+ ){0,2}(?:connection|link|integration))\b"
)
"""How the agent says that a system will not be connected."""


class SystemMention(NamedTuple):
    """Hold a system where the caller names it: ``ruled`` is the rules' span, ``scores`` what the reader makes of the name."""

    value: str
    turn: Turn
    hit: Hit
    ruled: Span | None
    scores: dict[str, float]


class SystemCandidate(NamedTuple):
    """Hold everything that names one system, and its numbers."""

    name: str
    mentions: tuple[SystemMention, ...]
    numbers: dict[str, float]


def system_candidates(conversation: Conversation, spans: Iterable[Span]) -> list[SystemCandidate]:
    """Return each system that rules or reader find in the caller's words, in the order of their first mention."""
    turns = {turn.item.id: turn for turn in conversation.user_turns}
    found = [
        _mention(str(one.value), turns[one.item_id], Hit(one.start, one.end), one)
        for one in spans
        if one.type == SpanType.INTEGRATION and one.item_id in turns
    ]
    ruled = [(one.turn.position, one.hit) for one in found]
    for turn in turns.values():
        for hit in _unlisted(conversation, turn):
            if not any(at == turn.position and hit.start < other.end and other.start < hit.end for at, other in ruled):
                found.append(_mention(turn.text[hit.start : hit.end], turn, hit, None))
        found += _asked_about(turn)
    found.sort(key=lambda one: (one.turn.position, one.hit.start))
    groups: dict[str, list[SystemMention]] = {}
    for one in found:
        groups.setdefault(one.value.lower().removesuffix("'s"), []).append(one)
    return [_candidate(conversation, same) for same in groups.values()]


def _mention(value: str, turn: Turn, hit: Hit, ruled: Span | None) -> SystemMention:
    prediction = turn.prediction_at(hit.start)
    scores = (
        prediction.reading.mention("relation", hit.start - prediction.start, hit.end - prediction.start) if prediction else None
    )
    return SystemMention(value, turn, hit, ruled, scores or {})


def _asked_about(turn: Turn) -> Iterator[SystemMention]:
    """Yield the systems that the agent's question names, where the reply neither denies nor names any: 'It is needed, yes.'"""
    asked = turn.question
    if asked is None or turn.denies or not turn.words or any(name.kind == "integration" for name in turn.names):
        return
    named = {name.canonical for name in asked.names if name.kind == "integration" and asked.in_question(name.start)}
    for value in sorted(named):
        yield _mention(value, turn, Hit(turn.words[0].start, turn.sentences[0].end), None)


def _unlisted(conversation: Conversation, turn: Turn) -> Iterator[Hit]:
    """Yield the runs of words that may name a system no list knows."""
    likely = _likely_starts(turn)
    echoed = _echoed(conversation, turn)
    run: list[Word] = []
    for word in turn.words:
        joined = bool(run) and _touches(turn, run[-1], word) and len(run) < _LONGEST_NAME
        if _may_name(turn, word, likely, echoed):
            if run and not joined:
                yield from _name(run)
                run = []
            run.append(word)
        elif joined and word.text in _JOINTS and word.text in echoed:
            run.append(word)
        else:
            yield from _name(run)
            run = []
    yield from _name(run)


def _name(run: list[Word]) -> Iterator[Hit]:
    while run and run[-1].text in _JOINTS:
        run.pop()
    if run:
        yield Hit(run[0].start, run[-1].end)


def _touches(turn: Turn, one: Word, other: Word) -> bool:
    return not turn.text[one.end : other.start].strip()


def _likely_starts(turn: Turn) -> dict[int, tuple[float, int]]:
    """Return by its place how likely each word names a system to be connected, and of how many pieces it is made."""
    found: dict[int, tuple[float, int]] = {}
    for prediction in turn.predictions:
        said = [word for word in turn.words if prediction.start <= word.start < prediction.end]
        places = [(word.start - prediction.start, word.end - prediction.start) for word in said]
        for word in prediction.reading.likely_words("relation", "want", _LEAST_ECHOED, places):
            found[word.start + prediction.start] = (word.scores["want"], word.pieces)
    return found


def _echoed(conversation: Conversation, turn: Turn) -> frozenset[str]:
    """Return the words that the agent's next turns write as names: with a capital within a sentence, and what joins them."""
    found: set[str] = set()
    for reply in conversation.turns[turn.position + 1 : turn.position + 1 + _NEAR_REPLIES]:
        if reply.is_user:
            continue
        openings = {sentence.start for sentence in reply.sentences}
        names = {w.text.removesuffix("'s") for w in reply.words if reply.text[w.start].isupper() and w.start not in openings}
        if names:
            found |= names | (_JOINTS & {w.text for w in reply.words})
    return frozenset(found - NO_SYSTEM)


def _may_name(turn: Turn, word: Word, likely: dict[int, tuple[float, int]], echoed: frozenset[str]) -> bool:
    if word.start not in likely or word.text in NO_SYSTEM or turn.names_in(word.start, word.end):
        return False
    want, pieces = likely[word.start]
    if word.text.removesuffix("'s") in echoed:
        return True
    capital = turn.text[word.start].isupper() and turn.sentence_at(word.start).start != word.start
    return want >= _LEAST_HEARD and (capital or (pieces > 1 and len(word.text) > _SHORTEST_NAME))


def _candidate(conversation: Conversation, same: Sequence[SystemMention]) -> SystemCandidate:
    ruled = [one.ruled for one in same if one.ruled]
    turns = {one.turn.position: one.turn for one in same}.values()
    replies = [reply for turn in turns if (reply := _reply(conversation, turn)) is not None]
    read = [piece for one in same if (piece := one.turn.prediction_at(one.hit.start)) is not None]
    value = same[0].value.lower()
    numbers = {
        "ruled_needed": float(any(_is_wanted(one) for one in ruled)),
        "ruled_in_use": float(any(one.holds and one.attributes.get("use") == "in_use" for one in ruled)),
        "ruled_denied": float(any(one.polarity == "negated" for one in ruled)),
        "rule_confidence": max((one.confidence for one in ruled if _is_wanted(one)), default=0.0),
        "ruled": float(bool(ruled)),
        "asked_about": float(all(one.value.lower() not in one.turn.low for one in same)),
        "aside": float(any(left_alone(one.turn, one.hit) for one in same)),
        "left_by_agent": float(any(_LEFT_BY_AGENT.search(reply.low) for reply in replies)),
        "linked_by_agent": float(any(LINKS.search(reply.low) and value in reply.low for reply in replies)),
        "named_by_agent": float(any(value in reply.low for reply in replies)),
        "asked_link": float(any(turn.asked("prompts.integration") for turn in turns)),
        "asked_system": float(any(turn.asked("prompts.systems") for turn in turns)),
        "asked_tool": float(any(turn.asked("prompts.tool") for turn in turns)),
        "opens": float(any(one.turn.words and one.hit.start == one.turn.words[0].start for one in same)),
        "links": float(any(near(one.turn, one.hit, "tools.needs_link", reach=120) for one in same)),
        "wants": float(any(near(one.turn, one.hit, "tools.wants_link", reach=120) for one in same)),
        "using": float(any(near(one.turn, one.hit, "tools.using", reach=40) for one in same)),
        "asks": float(any(one.turn.in_question(one.hit.start) for one in same)),
        "times": min(len(same), _MOST_TIMES) / _MOST_TIMES,
        "only_capital": float(not ruled and all(one.turn.text[one.hit.start].isupper() for one in same)),
        "generic": float(value in ("api", "crm", "zapier")),
        "line_links": odds(max((piece.reading.scores("link")["yes"] for piece in read), default=0.0)),
        "line_declines": max((piece.reading.scores("declines")["yes"] for piece in read), default=0.0),
        **{
            name: odds(max((one.scores.get(name, 0.0) for one in same), default=0.0)) for name in ("want", "now", "beside", "other")
        },
    }
    return SystemCandidate(same[0].value, tuple(same), numbers)


def _reply(conversation: Conversation, turn: Turn) -> Turn | None:
    following = conversation.turns[turn.position + 1 : turn.position + 2]
    return following[0] if following and not following[0].is_user else None


def _is_wanted(one: Span) -> bool:
    return one.polarity == "affirmed" and one.modality != "hypothetical" and one.attributes.get("use") == "needed"


def chosen_systems(conversation: Conversation, spans: Iterable[Span], fitted: FittedFact) -> Iterator[Span]:
    """Yield the spans, those of systems with the use that the whole call gives them; new ones for names that no list has."""
    kept = list(spans)
    yield from (one for one in kept if one.type != SpanType.INTEGRATION or one.role != "user")
    for candidate in system_candidates(conversation, kept):
        chances = fitted.likelihoods(candidate.numbers)
        use = max(chances, key=lambda label: chances[label])
        yield from _spans(candidate, use, chances[use])


def _spans(candidate: SystemCandidate, use: str, chance: float) -> Iterator[Span]:
    """Yield a span for each mention: of the chosen use those that rules give it, or else the likeliest; the others name it."""
    if use == "none":
        ruled = (one.ruled for one in candidate.mentions if one.ruled)
        yield from (one.model_copy(update={"attributes": {**one.attributes, "use": "other"}}) for one in ruled)
        return
    surest = max(candidate.mentions, key=lambda one: (_has_use(one, use), one.scores.get("want", 0.0)))
    for one in candidate.mentions:
        chosen = use if one is surest or _has_use(one, use) else "other"
        yield span(one.turn, SpanType.INTEGRATION, one.hit, one.value, chance, use=chosen)


def _has_use(one: SystemMention, use: str) -> bool:
    return one.ruled is not None and one.ruled.attributes.get("use") == use and one.ruled.holds
