"""Choose who of the people that the caller names is a stakeholder: decides, approves, or will use it (LABELS: stakeholders).

The rules know titles, kin and trades of lists; the reader hears in each word whether it names somebody on the caller's side
(``MENTION_HEADS``: person), so names and trades of no list are found too. Both are candidates; ``data/fitted_facts.yml`` says how
much each counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import log
from typing import Final, NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.fitted import FittedFact
from analyzers.language.embedded.text.conversation import Conversation, Prediction, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import span
from analyzers.language.embedded.text.words import Word, word_set

NOBODY: Final = "other"
"""The class of the reader for words that name no stakeholder."""
_LEAST = 0.35
"""Probability from which a word is a candidate: below it few of them name a stakeholder."""
LIKELY = 0.3
"""Probability from which a person is reported as a stakeholder: at it precision and recall are about even."""
TRUSTED = 0.65
"""From this confidence of a rule on a person is reported whatever the reader makes of them: plain words stay what they are."""
_THEIRS = word_set("your their")
"""Words before people of the other side, or of strangers."""
_OF_STRANGERS = word_set("client's clients' customer's customers' vendor's supplier's")
"""Whose people are no stakeholders."""
_ELSEWHERE = word_set("lives lived moved died passed")
"""Words right after people who are only spoken of: 'my brother lives in Ohio'."""
_JOINTS = word_set("in of at on for the our my her his their s")
"""Words within a name: 'Deb in the office'."""
_LONGEST_GAP = 12
"""Characters between two words of one name."""
_MOST_TIMES = 4
"""Times a person is named beyond which one more says nothing."""
_OWN = frozenset({"my", "our"})


class PersonMention(NamedTuple):
    """Hold a person where the caller names them: ``ruled`` is the rules' span, ``scores`` what the reader makes of the words."""

    turn: Turn
    hit: Hit
    ruled: Span | None
    scores: dict[str, float]


class PersonCandidate(NamedTuple):
    """Hold everything that names one person, under their fullest name, and its numbers."""

    name: str
    people: tuple[PersonMention, ...]
    numbers: dict[str, float]


def people_candidates(conversation: Conversation, spans: Iterable[Span]) -> list[PersonCandidate]:
    """Return each person that rules or reader find in the caller's words, in the order of their first mention."""
    turns = {turn.item.id: turn for turn in conversation.user_turns}
    found: list[tuple[str, PersonMention]] = []
    for one in spans:
        if one.type == SpanType.STAKEHOLDER:
            turn = turns[one.item_id]
            found.append((str(one.value), PersonMention(turn, Hit(one.start, one.end), one, _scores(turn, one.start, one.end))))
    ruled = [person for _, person in found]
    for turn in turns.values():
        for prediction in turn.predictions:
            for hit in _names(turn, prediction):
                if not _is_elsewhere(turn, hit) and not any(_overlap(turn, hit, other) for other in ruled):
                    name = turn.text[hit.start : hit.end].removesuffix("'s")
                    found.append((name, PersonMention(turn, hit, None, _scores(turn, hit.start, hit.end))))
    found.sort(key=lambda one: (one[1].turn.position, one[1].hit.start))
    return [_candidate(same) for same in _same_people(found)]


def _is_elsewhere(turn: Turn, hit: Hit) -> bool:
    """Return whether somebody is the other side's, a stranger or a bystander: 'your manager', 'the client's lawyers'."""
    named = {word.text for word in turn.words if hit.start <= word.start < hit.end}
    before = set(turn.before(hit.start, 1))
    after = set(turn.after(hit.end, 1))
    return bool(_THEIRS & before) or bool(_OF_STRANGERS & (named | before)) or bool(_ELSEWHERE & after)


def _overlap(turn: Turn, hit: Hit, other: PersonMention) -> bool:
    return other.turn is turn and hit.start < other.hit.end and other.hit.start < hit.end


def _scores(turn: Turn, start: int, end: int) -> dict[str, float]:
    """Return the reader's classes at the word that most likely names somebody; empty where it has read nothing."""
    prediction = turn.prediction_at(start)
    if prediction is None:
        return {}
    words = ((word.start - prediction.start, word.end - prediction.start) for word in turn.words if start <= word.start < end)
    read = [scores for first, last in words if (scores := prediction.reading.mention("person", first, last))]
    return min(read, key=lambda scores: scores[NOBODY], default={})


def _names(turn: Turn, prediction: Prediction) -> Iterator[Hit]:
    """Yield the stretches of words that name somebody: likely words, with the joints between them."""
    begun: Hit | None = None
    for word in _likely_words(turn, prediction):
        if begun and _continues(turn, begun.end, word.start):
            begun = Hit(begun.start, word.end)
            continue
        if begun:
            yield begun
        begun = Hit(word.start, word.end)
    if begun:
        yield begun


def _likely_words(turn: Turn, prediction: Prediction) -> list[Word]:
    words = [word for word in turn.words if prediction.start <= word.start < prediction.end]
    if not words:
        return []
    scores = prediction.reading.word_scores("person", [(w.start - prediction.start, w.end - prediction.start) for w in words])
    likely = 1 - scores[:, 0] >= _LEAST  # the first class is NOBODY; what was not read is not likely
    return [word for word, so in zip(words, likely, strict=True) if so and _may_name(turn, word)]


def _may_name(turn: Turn, word: Word) -> bool:
    """Return whether a word is no joint, no number, and no pronoun: 'it' names a department only as 'IT'."""
    counts = any(number.start < word.end and word.start < number.end for number in turn.numbers_in(word.start, word.end))
    return word.text not in _JOINTS | _THEIRS and not counts and (word.text != "it" or turn.text[word.start : word.end] == "IT")


def _continues(turn: Turn, end: int, start: int) -> bool:
    between = turn.low[end:start]
    return start - end <= _LONGEST_GAP and all(word in _JOINTS for word in between.replace("-", " ").split())


def _same_people(found: Sequence[tuple[str, PersonMention]]) -> list[list[tuple[str, PersonMention]]]:
    """Group mentions whose names share a head: 'Deb' is 'Deb in the office', 'the partner' the 'business partner'."""
    groups: list[tuple[set[str], list[tuple[str, PersonMention]]]] = []
    for name, person in found:
        heads = _heads(name)
        same = next((group for known, group in groups if known & heads), None)
        if same is None:
            groups.append((heads, [(name, person)]))
        else:
            same.append((name, person))
    return [group for _, group in groups]


def _heads(name: str) -> set[str]:
    """Return the last word of the name, and of what stands before its first joint."""
    words = name.lower().replace("-", " ").split()
    joints = [at for at, word in enumerate(words) if word in _JOINTS and at]
    ends = {words[-1], words[joints[0] - 1]} if joints else {words[-1]}
    return {_singular(word) for word in ends}


def _singular(word: str) -> str:
    low = word.removesuffix("'s").strip(".,'")
    return low[:-1] if len(low) > 3 and low.endswith("s") and not low.endswith("ss") else low


def _candidate(same: Sequence[tuple[str, PersonMention]]) -> PersonCandidate:
    people = tuple(person for _, person in same)
    ruled = [person.ruled for person in people if person.ruled]
    names = [name for name, person in same if person.ruled] or [name for name, _ in same]
    likely = [1 - person.scores[NOBODY] for person in people if person.scores]
    numbers = {
        "ruled": float(bool(ruled)),
        "rule_confidence": max((one.confidence for one in ruled), default=0.0),
        "surest": _odds(max(likely, default=0.0)),
        "usual": sum(likely) / len(likely) if likely else 0.0,
        "times": min(len(people), _MOST_TIMES) / _MOST_TIMES,
        "own": float(any(_is_own(person) for person in people)),
        "asked_who_decides": float(any(person.turn.asked("prompts.authority") for person in people)),
        "asked_who_uses": float(any(person.turn.asked("prompts.team") for person in people)),
        "asks": float(all(person.turn.in_question(person.hit.start) for person in people)),
        "capital": float(any(_is_capital(person) for person in people)),
    }
    return PersonCandidate(max(names, key=lambda name: (len(name.split()), len(name))), people, numbers)


def _odds(probability: float) -> float:
    bounded = min(max(probability, 0.02), 0.98)
    return log(bounded / (1 - bounded))


def _is_own(person: PersonMention) -> bool:
    return any(word in _OWN for word in person.turn.before(person.hit.start, 2))


def _is_capital(person: PersonMention) -> bool:
    """Return whether a name is written with a capital within a sentence."""
    start = person.hit.start
    return person.turn.text[start].isupper() and person.turn.sentence_at(start).start != start


def chosen_people(conversation: Conversation, spans: Iterable[Span], fitted: FittedFact) -> Iterator[Span]:
    """Yield the spans, of the people only those that are likely stakeholders, those that no rule knows too."""
    kept = list(spans)
    yield from (one for one in kept if one.type != SpanType.STAKEHOLDER)
    for candidate in people_candidates(conversation, kept):
        likely = fitted.likelihoods(candidate.numbers)["yes"]
        if likely >= LIKELY or candidate.numbers["rule_confidence"] >= TRUSTED:
            yield from _spans(candidate, likely)


def _spans(candidate: PersonCandidate, likely: float) -> Iterator[Span]:
    influence = _influence(candidate.people)
    for person in candidate.people:
        if person.ruled:
            known = {"value": candidate.name, "confidence": round(likely, 2)}
            yield person.ruled.model_copy(update={**known, "attributes": {**person.ruled.attributes, "influence": influence}})
        else:
            yield span(person.turn, SpanType.STAKEHOLDER, person.hit, candidate.name, likely, influence=influence)


def _influence(people: Sequence[PersonMention]) -> str:
    """Return the influence that a rule finds in plain words, else the one that the reader is surest of."""
    ruled = max((person.ruled for person in people if person.ruled), key=lambda one: one.confidence, default=None)
    read = [person.scores for person in people if person.scores]
    if ruled and (ruled.confidence >= TRUSTED or not read):
        return str(ruled.attributes["influence"])
    surest = min(read, key=lambda scores: scores[NOBODY])
    return max((label for label in surest if label != NOBODY), key=lambda label: surest[label])
