"""Find questions actually asked: not tags, echoes, repairs or rhetoric, also without question marks (LABELS: questions)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from analyzers.language.annotations import Act, ActKind
from analyzers.language.embedded.text.conversation import Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.words import FILLERS, Sentence, word_set, words_of

_LEAD = (
    r"so|and|but|or|okay|ok|oh|um|uh|well|yeah|yes|yep|no|right|also|then|now|hmm|sorry|wait|alright|plus|cool|great|fine|sure|hey|just"
    r"|actually|i mean|like|first|because|cause|good|nice|whatever|hi|hello|please|listen|look|thanks|er|ah|anyway|second"
    r"|quick question"
    r"|one more thing|last question|question|two questions|next question|another question"
)
_SUBJECT = r"(?:i|you|we|they|he|she|it|this|that|there|these|those|anyone|anybody|everyone|y'all|ya)"
_NOUN = r"(?:the|my|your|our|their|his|her|its|pandadoc|someone|somebody|people|one)"
_AUX = (
    r"(?:is|are|was|were|does|did|can|could|will|would|should|shall|has|may|am"
    r"|isn't|isnt|aren't|doesn't|doesnt|don't|didn't|can't|cant|couldn't|won't|wont|wouldn't)"
)
_YES_NO = (
    rf"(?:{_AUX}\s{_SUBJECT}|(?:have|had|haven't|do)\s(?:you|we|they|i|any|y'all)"
    rf"|(?:is|are|was|were|does|did|can|could|will|would|should|has)\s{_NOUN}"
    r"|any (?:chance|way|idea)|is anyone|does anyone)(?!\w|'\w)"
)
_OPEN = (
    r"(?:(?:what|how|when|where|who|why|which)(?:'s|'re|'d)\s|how (?:come|about)\s|what (?:about|if)\s|what for\b"
    rf"|(?:what|how|when|where|who|why|which|whose)(?:\s(?:much|many|long|soon|often|far|big|quickly|fast"
    rf"|kind of \w{{1,20}}|sort of \w{{1,20}}|one|plan|time|else|\w{{1,15}}))?\s(?:{_AUX}|do|have|had)\s"
    r"|(?:whats|hows|wheres|whos)\s|how much\b|how many\b)"
)
_ASKS = re.compile(rf"(?:(?:{_LEAD})[ ,.]{{1,3}}){{0,5}}(?:{_YES_NO}|{_OPEN})")
_LATER = re.compile(rf"(?:(?<=[,;:] )|(?<= )(?:{_LEAD})[ ,]{{1,2}})(?:{_YES_NO}|{_OPEN})|(?<= ){_OPEN}")
_PERSON = r"(?:you|we|they|he|she|i|y'all|ya)"
_INVERTED = re.compile(
    r"(?<= )(?:(?:in |on |at |to |for |with |from |about )?(?:what|which|how|whose|where|when|why|who)(?: \w{1,15}){0,5}? )?"
    rf"(?:(?:do|does|did|are|were|have|can|could|would|will|should|don't|didn't|aren't|can't|couldn't|wouldn't|haven't) {_PERSON}"
    r"|(?:does|did|could|would|will|should) (?:it|this|that|anyone|anybody|someone|somebody|your|the|my|our|their|his|her)"
    r"|(?:is|are|was|were) there (?:a|an|any|anything|something|more|another|much|many|some|other|only|still)"
    r"|is (?:this|that|it) (?:a|an|the|for|just|only|really|still|possible|true|something|because|all|ok|okay|going|your|my))"
    r"(?= \w)"
)
"""A verb before its subject in the middle of speech: English says so only to ask, but for the words of ``_NO_INVERSION_AFTER``."""
_NO_INVERSION_AFTER = word_set(
    "so nor neither as than not never hardly only rarely seldom that which who i you we they he she it whatever whoever wherever "
    "however all everything anything nothing something thing one things ones to don't and's be been if unless until the a what "
    "this best least most worst problem question point is was really"
)
_NOT_BEFORE_OPEN = word_set(
    "know knows tell see understand is of about that like wonder wondering sure on in idea matter remember forgot "
    "exactly figure out show to with for check explain guess depends just want care decide choose the a an this say said "
    "think learn told me you at from"
)
_TAG_END = re.compile(
    r"[, ](?:you know|eh|innit|isn't it|aren't they|don't you|doesn't it|won't it"
    r"|okay|ok|yeah|you see|see|hey|if you know what i mean|know what i mean)\W*$"
)
_WORD = re.compile(r"\S+")
_ASKED_WORDS = 14
"""Words of a question in the middle of speech without punctuation: where it ends is not heard, and most are shorter."""
_WH = frozenset({"what", "how", "when", "where", "who", "why", "which", "whose"})
_SMALL = word_set(
    "a an the i you we it is are do does can could will would to of for in on that this and or so with my your be have "
    "there what how when where who which if just me us at they he she was did much many one like"
)


def questions_of(turn: Turn) -> list[Act]:
    """Return the questions of a turn from left to right; an immediate rephrasing counts once."""
    found: list[Hit] = []
    last: Hit | None = None
    for hit in _asked(turn):
        if last and _rephrases(turn, last, hit):
            found[-1] = Hit(found[-1].start, hit.end)
        else:
            found.append(hit)
        last = hit
    return [
        Act(
            kind=ActKind.QUESTION,
            start=h.start,
            end=h.end,
            confidence=0.9 if "?" in turn.text[h.start : h.end] else 0.7,
            topic=topic_of(turn, h),
        )
        for h in found
    ]


def _asked(turn: Turn) -> Iterator[Hit]:
    for sentence in turn.sentences:
        for hit in _in_sentence(turn, sentence):
            if turn.is_user and turn.hits_in(hit.start - 12, hit.end, "acts.rhetorical"):
                continue
            yield hit


def _in_sentence(turn: Turn, sentence: Sentence) -> Iterator[Hit]:
    low = turn.low[sentence.start : sentence.end]
    if low.endswith("?") or "?" in low[-3:]:
        if not _is_tag(turn, sentence, low):
            yield Hit(sentence.start, sentence.end)
        return
    if not turn.is_user and ("." in turn.text or "?" in turn.text or turn.item.interrupted):
        return
    spoken = low[-1:] not in (".", "!")
    first = _ASKS.match(low)
    if first and len(low.split(None, 4)) >= 3:
        yield Hit(sentence.start, sentence.end)
    elif spoken:
        yield from _later(sentence, low)


def _later(sentence: Sentence, low: str) -> Iterator[Hit]:
    """Find questions in the middle of speech without punctuation."""
    for match in _LATER.finditer(low):
        before = low[max(0, match.start() - 20) : match.start()].split()
        if before and before[-1].strip(",") in _NOT_BEFORE_OPEN:
            continue
        if len(low) - match.end() >= 4:
            yield Hit(sentence.start + match.start(), sentence.end)
            return
    yield from _inverted(sentence, low)


def _inverted(sentence: Sentence, low: str) -> Iterator[Hit]:
    for match in _INVERTED.finditer(low):
        before = low[max(0, match.start() - 20) : match.start()].split()
        asks_what = match.group().split()[0] in _WH
        if not asks_what and before and before[-1].strip(",") in _NO_INVERSION_AFTER:
            continue
        words = list(itertools.islice(_WORD.finditer(low, match.start()), _ASKED_WORDS))
        yield Hit(sentence.start + match.start(), sentence.start + words[-1].end())
        return


def _is_tag(turn: Turn, sentence: Sentence, low: str) -> bool:
    """Return whether the words only mark speech rather than ask: 'You know?', 'what?', 'Salesforce?', 'hello?'."""
    words = [w.text for w in words_of(low) if w.text not in FILLERS]
    if not words:
        return True
    asks = bool(_ASKS.match(low))
    marks = turn.hits_in(sentence.start, sentence.start + 2, "acts.tag", "acts.repair") if len(words) <= 5 else []
    whole = any(h.end >= sentence.end - 2 for h in marks)
    if whole and not (asks and len(words) >= 4):
        return turn.is_user or len(words) < 2
    if not turn.is_user:
        return False
    if len(words) <= 2:
        return not (words[0] in _WH and len(words) == 2) and not asks
    return bool(_TAG_END.search(low)) and not asks


def _content(turn: Turn, hit: Hit) -> set[str]:
    return {w.text for w in words_of(turn.low[hit.start : hit.end]) if w.text not in _SMALL}


def _rephrases(turn: Turn, first: Hit, second: Hit) -> bool:
    """Return whether a question completes a fragment, or asks the same words again at once."""
    if second.start - first.end > 3:
        return False
    if len(turn.text[first.start : first.end].split()) <= 2:
        return True
    a, b = _content(turn, first), _content(turn, second)
    return bool(a and b) and len(a & b) / min(len(a), len(b)) >= 0.6


def topic_of(turn: Turn, hit: Hit) -> str:
    """Return what a question is about: a price, a system, a feature, else its own content words."""
    for name in turn.names_in(hit.start, hit.end):
        if name.kind != "own":
            return name.canonical
    for label in turn.labelled("feature"):
        if turn.hits_in(hit.start, hit.end, label):
            return label.removeprefix("feature.")
    low = turn.low[hit.start : hit.end]
    if re.search(
        r"\b(?:price|pric\w{1,4}|cost\w{0,2}|how much (?:is|does|for|are|would|do)|discount\w?|charge|run me|fee\w?)\b", low
    ):
        return "pricing"
    content = [w.text for w in words_of(low) if w.text not in _SMALL and w.text not in FILLERS and len(w.text) > 2]
    return " ".join(content[:4])
