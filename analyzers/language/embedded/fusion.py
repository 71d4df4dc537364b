"""What the trained reader hears beside what the rules found: it adds what they missed, and weighs what they claim.

Rules are sure of what they know and deaf to the rest; the reader has an ear for what is meant. ``data/reading.yml`` says, for each
kind of fact, how much each of the two counts; its numbers are fitted by ``python -m training.fusion`` on calls that neither
has learnt from, so that the confidence is the share that is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import exp, fsum, log
from typing import ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.actions import commitment
from analyzers.language.embedded.rules.feature_requests import request_span
from analyzers.language.embedded.rules.objections import Found, objection_span
from analyzers.language.embedded.rules.sentiment import Mood, mood_at, mood_of
from analyzers.language.embedded.text.conversation import Conversation, Heard, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import span
from analyzers.language.reader.pieces import pieces_of
from analyzers.language.reader.reader import Line, Reader
from contract.reference import ReferenceTable

_SURE = 0.999
TRUSTED = 0.7
"""From this confidence on a rule is believed whatever the reader makes of it: plain words stay what they are."""
_TOPIC_WORDS = 8
_SHORT = 25
_SAME_WORRY = 20
_FAINT = 0.2
_OPENING = 4
_FEW_WORDS = 6


class Opinion(BaseModel):
    """Log-odds that a piece carries the fact: ``bias + rule * the rule's confidence + reader * the reader's log-odds``.

    Below ``least`` it is not claimed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    head: str
    bias: float
    rule: float
    reader: float
    least: float

    def confidence(self, rule: float, heard: float) -> float:
        return 1 / (1 + exp(-(self.bias + self.rule * rule + self.reader * odds(heard))))


class Opinions(ReferenceTable):
    """By span type. A type that is not here is left to the rules."""

    file: ClassVar[str] = "reading.yml"
    opinions: Mapping[SpanType, Opinion]


class _Place(NamedTuple):
    conversation: Conversation
    turn: Turn
    hit: Hit
    heard: Heard
    label: str


def odds(probability: float) -> float:
    """Log-odds, finite for what is certain."""
    bounded = min(max(probability, 1 - _SURE), _SURE)
    return log(bounded / (1 - bounded))


def listen(conversation: Conversation, reader: Reader) -> None:
    """Reads every utterance of the caller in the light of the agent's line before it."""
    for turn in conversation.user_turns:
        if _nothing_to_hear(turn):
            continue
        context = turn.prompt.text if turn.prompt else ""
        for piece in pieces_of(turn.text):
            text = turn.text[piece.start : piece.end]
            start = piece.start + len(text) - len(text.lstrip())
            turn.heard.append(Heard(start, piece.end, reader.read(Line(context, text.strip()))))


def _nothing_to_hear(turn: Turn) -> bool:
    """The word that allows the transcript, or takes leave."""
    consents = turn.position < _OPENING and turn.prompt is not None and turn.prompt.has("acts.consent_asked")
    return len(turn.words) <= _FEW_WORDS and (consents or turn.has("acts.goodbye"))


def felt(turn: Turn) -> Mood:
    """The mood of the words by their weights and by ear: the stronger when both agree, else the middle.

    The agent's lines are not listened to.
    """
    words = mood_of(turn)
    if not turn.heard:
        return words
    heard = [piece.reading.scores("mood") for piece in turn.heard]
    ear = fsum(scores["positive"] - scores["negative"] for scores in heard) / len(heard)
    if abs(ear) < _FAINT:
        return words
    agreed = words.score * ear > 0
    score = max(words.score, ear, key=abs) if agreed else (words.score + ear) / 2
    return mood_at(score, max(words.confidence, min(abs(ear), 0.9)))


def weighed(conversation: Conversation, spans: Iterable[Span], opinions: Opinions) -> Iterator[Span]:
    """The rules' spans with the confidence both readings give them, without those neither bears out, and what they missed."""
    turns = {turn.item.id: turn for turn in conversation.user_turns}
    claimed: dict[tuple[SpanType, str, int], float] = {}
    for found in spans:
        opinion, turn = _opinion_on(found, opinions), turns.get(found.item_id)
        heard = turn.heard_at(found.start) if turn else None
        if opinion is None or heard is None:
            yield found
            continue
        key = (found.type, found.item_id, heard.start)
        claimed[key] = max(claimed.get(key, 0.0), found.confidence)
        confidence = opinion.confidence(found.confidence, _borne_out(heard, opinion.head, found))
        if confidence >= opinion.least or found.confidence >= TRUSTED:
            yield found.model_copy(update={"confidence": round(confidence, 2)})
    for kind, opinion in opinions.opinions.items():
        for turn in turns.values():
            yield from _missed(conversation, turn, kind, opinion, claimed)


def _opinion_on(found: Span, opinions: Opinions) -> Opinion | None:
    """Of things to do the reader hears only what the caller promises."""
    promised_by_others = found.type == SpanType.ACTION and found.attributes.get("owner") != "user"
    return None if promised_by_others else opinions.opinions.get(found.type)


def _borne_out(heard: Heard, head: str, found: Span) -> float:
    """How probable the reader finds it: this very value where the head's classes are values, else anything of the kind."""
    scores = heard.reading.scores(head)
    return scores[str(found.value)] if str(found.value) in scores else heard.reading.likeliest(head)[1]


def once_each(conversation: Conversation, spans: Iterable[Span]) -> Iterator[Span]:
    """Of objections of one category in a stretch of talk the gravest and surest, since callers come back to what worries them."""
    order = {turn.item.id: turn.position for turn in conversation.user_turns}
    worries: dict[str, list[Span]] = {}
    for found in spans:
        if found.type == SpanType.OBJECTION:
            worries.setdefault(str(found.attributes["category"]), []).append(found)
        else:
            yield found
    for same in worries.values():
        kept: list[Span] = []
        for worry in sorted(same, key=lambda s: (s.attributes["severity"] != "blocker", -s.confidence, order[s.item_id])):
            if all(abs(order[worry.item_id] - order[other.item_id]) > _SAME_WORRY for other in kept):
                kept.append(worry)
        yield from kept


def _missed(
    conversation: Conversation, turn: Turn, kind: SpanType, opinion: Opinion, claimed: Mapping[tuple[SpanType, str, int], float]
) -> Iterator[Span]:
    for heard in turn.heard:
        label, probability = heard.reading.likeliest(opinion.head)
        confidence = opinion.confidence(0.0, probability)
        if confidence >= opinion.least and (kind, turn.item.id, heard.start) not in claimed:
            place = _Place(conversation, turn, _said_at(turn, heard, opinion.head, label), heard, label)
            yield _MAKERS[kind](place, confidence)


def _said_at(turn: Turn, heard: Heard, head: str, label: str) -> Hit:
    """The whole of a short piece, of a longer one the sentence that speaks most for the label."""
    inside = [s for s in turn.sentences if s.start < heard.end and s.end > heard.start]
    if len(inside) < 2 or len(turn.text[heard.start : heard.end].split()) <= _SHORT:
        return Hit(heard.start, heard.end)
    best = max(inside, key=lambda s: heard.reading.weight(head, label, s.start - heard.start, s.end - heard.start))
    return Hit(best.start, best.end)


def _topic(turn: Turn, hit: Hit) -> str:
    return " ".join(turn.low[hit.start : hit.end].strip(" ?.!,").split()[:_TOPIC_WORDS])


def _objection(place: _Place, confidence: float) -> Span:
    severity = place.heard.reading.scores("severity")
    grave = "blocker" if severity["blocker"] > severity["concern"] else "concern"
    return objection_span(place.conversation, place.turn, Found(place.hit, place.label, grave, confidence))


def _request(place: _Place, confidence: float) -> Span:
    priority = "must_have" if place.label == "must" else "nice_to_have"
    return request_span(place.turn, place.hit, _topic(place.turn, place.hit), confidence, priority)


def _signal(place: _Place, confidence: float) -> Span:
    quote = place.turn.quote_at(place.hit)
    kind = "explicit" if place.label == "strong" else "implicit"
    return span(
        place.turn,
        SpanType.BUYING_SIGNAL,
        quote,
        _topic(place.turn, place.hit),
        confidence,
        kind=kind,
        strength=place.label,
    )


def _pain(place: _Place, confidence: float) -> Span:
    return span(place.turn, SpanType.PAIN_POINT, place.turn.quote_at(place.hit), _topic(place.turn, place.hit), confidence)


def _authority(place: _Place, confidence: float) -> Span:
    quote = place.turn.quote_at(place.hit)
    return span(place.turn, SpanType.BUDGET_AUTHORITY, quote, place.label, confidence, basis="statement")


def _urgency(place: _Place, confidence: float) -> Span:
    return span(place.turn, SpanType.URGENCY, place.turn.quote_at(place.hit), place.label, confidence)


def _timeline(place: _Place, confidence: float) -> Span:
    said = place.turn.text[place.hit.start : place.hit.end].strip()
    return span(
        place.turn, SpanType.DECISION_TIMELINE, place.turn.quote_at(place.hit), said, confidence, tense="future", bucket=place.label
    )


def _promise(place: _Place, confidence: float) -> Span:
    return commitment(place.turn, place.turn.quote_at(place.hit), confidence)


_MAKERS: Mapping[SpanType, Callable[[_Place, float], Span]] = {
    SpanType.OBJECTION: _objection,
    SpanType.FEATURE_REQUEST: _request,
    SpanType.BUYING_SIGNAL: _signal,
    SpanType.PAIN_POINT: _pain,
    SpanType.BUDGET_AUTHORITY: _authority,
    SpanType.URGENCY: _urgency,
    SpanType.DECISION_TIMELINE: _timeline,
    SpanType.ACTION: _promise,
}
