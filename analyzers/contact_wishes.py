"""Find a caller's wish not to be contacted again, and by which channel: it binds everybody who would get in touch.

"Not now" and "call me in spring" are no such wishes, nor is what the caller tells of others ("my clients say stop calling me").
What is welcome again later in the call is withdrawn. A wish is obeyed rather than weighed, so it has no confidence threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import ClassVar, Literal

from analyzers.evidence import Evidence, ExtractedFact
from analyzers.language.annotations import CallJudgement
from analyzers.language.embedded.text.cues import CueMatcher, Hit
from analyzers.language.embedded.text.vocabulary import Phrases
from analyzers.language.embedded.text.words import word_set
from analyzers.spoken_line import SpokenLine
from contract.document.session import TranscriptItem
from contract.reference import Reference, ReferenceTable

Channel = Literal["any", "phone", "email"]
_CERTAINTY = 0.9
"""Confidence of a wish that is said in so many words; a person who reads the quote decides the rest."""
_REACH = 8
"""Words before a wish in which a 'you' makes it one, where others "won't stop calling"."""
_LIMIT = 3
"""Words after a wish in which a time or manner may begin that limits it."""
_CLOSING = word_set("please and now already ok okay or thanks thank you guys people sir ma'am")
"""Words that may follow a wish without an object; anything else is the object ('stop calling it a contract')."""
_HABIT = word_set("won't wouldn't doesn't didn't don't can't couldn't never not")


class ContactWish(ExtractedFact):
    """Records that the caller asked not to be contacted: ``any`` for every channel, else the one that was named."""

    channel: Channel


class ContactWishWords(ReferenceTable):
    file: ClassVar[str] = "contact_wishes.yml"
    cues: dict[str, Phrases]

    @cached_property
    def matcher(self) -> CueMatcher:
        return CueMatcher(self.cues)


def contact_wishes(transcript: Iterable[TranscriptItem], reference: Reference) -> tuple[ContactWish, ...]:
    """Return each channel by which the caller does not want to be contacted once, with its quotes, in order of first mention."""
    matcher = reference.table(ContactWishWords).matcher
    lines = [SpokenLine(item, matcher) for item in transcript if item.role == "user"]
    found: dict[Channel, list[tuple[SpokenLine, Hit]]] = {}
    for position, line in enumerate(lines):
        for hit, channel in _stated_in(line, lines[position + 1 :]):
            found.setdefault(channel, []).append((line, hit))
    return tuple(_wish(channel, places) for channel, places in found.items())


def with_judged(stated: tuple[ContactWish, ...], judgement: CallJudgement | None) -> tuple[ContactWish, ...]:
    """Return the wishes with the one that an engine heard: either binds. In the same line the words say which channel is meant."""
    ground = judgement.wish_ground if judgement and judgement.wish == "no_contact" else None
    known = any(wish.channel == "any" or (ground and ground.item_id in {q.item_id for q in wish.evidence}) for wish in stated)
    if ground is None or known:
        return stated
    quote = Evidence(item_id=ground.item_id, start=ground.start, end=ground.end, quote=ground.quote)
    return (ContactWish(channel="any", confidence=ground.confidence, evidence=(quote,)), *stated)


def forbids(stated: Sequence[ContactWish], channel: Literal["phone", "email"]) -> bool:
    return any(wish.channel in ("any", channel) for wish in stated)


def _wish(channel: Channel, places: Sequence[tuple[SpokenLine, Hit]]) -> ContactWish:
    quotes = tuple(dict.fromkeys(line.quote(hit) for line, hit in places))
    return ContactWish(channel=channel, confidence=_CERTAINTY, evidence=quotes)


def _stated_in(line: SpokenLine, later: Sequence[SpokenLine]) -> Iterator[tuple[Hit, Channel]]:
    emails = [hit for hit in line.hits.get("email", ()) if _meant(line, hit)]
    for hit in emails:
        yield hit, "email"
    if any(answer.hits.get("withdrawn") for answer in later):
        return
    calls = [*line.hits.get("calls", ()), *(hit for hit in line.hits.get("bare", ()) if _without_object(line, hit))]
    other: Channel = "phone" if any("instead" in one.hits for one in (line, *later[:1])) else "any"
    places: list[tuple[Hit, Channel]] = [*((hit, other) for hit in calls), *((hit, "any") for hit in line.hits.get("contact", ()))]
    for hit, channel in sorted(places):
        if _meant(line, hit) and not any(_overlap(hit, said) for said in emails):
            yield hit, channel


def _meant(line: SpokenLine, hit: Hit) -> bool:
    """Return whether the caller wishes it now and for good: not limited, no wish of others, not supposed."""
    sentence = line.sentence_at(hit)
    limits = [limit for limit in line.hits.get("limited", ()) if hit.end <= limit.start < sentence.end]
    told = [third for third in line.hits.get("third", ()) if sentence.start <= third.start and third.end <= hit.start]
    if told or any(sum(hit.end <= word.start < limit.start for word in line.words) < _LIMIT for limit in limits):
        return False
    before = line.before(hit, _REACH)
    return not (before and before[-1] in _HABIT and "you" not in before)


def _without_object(line: SpokenLine, hit: Hit) -> bool:
    following = line.after(hit, 1)
    return not following or following[0] in _CLOSING


def _overlap(one: Hit, other: Hit) -> bool:
    return one.start < other.end and other.start < one.end
