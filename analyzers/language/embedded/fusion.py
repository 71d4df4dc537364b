"""Fuse what the rules claim with what the trained reader predicts, into one confidence per span.

Rules are precise and have low recall; the reader finds what is meant. ``data/fusion_weights.yml`` says, for each kind of fact, how
much each of the two counts; its numbers are fitted by ``python -m training.fusion`` on calls that neither was trained on, so that
the confidence is the share that is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from math import exp, fsum
from typing import ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.piece_numbers import PieceKey, PieceNumbers, numbers_of_pieces, odds
from analyzers.language.embedded.rules.feature_requests import request_span
from analyzers.language.embedded.rules.objections import DEDUP_WINDOW_TURNS, FoundObjection, objection_span
from analyzers.language.embedded.rules.out_of_place import out_of_place
from analyzers.language.embedded.rules.sentiment import Mood, mood_at, mood_of
from analyzers.language.embedded.text.conversation import Conversation, Prediction, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import span
from analyzers.language.reader.pieces import pieces_of
from analyzers.language.reader.reader import Reader, ReaderInput
from contract.reference import ReferenceTable

_TOPIC_WORDS = 8
"""Words of a sentence that name the topic of a span which no rule has named: a title, not the sentence."""
_SHORT_PIECE_WORDS = 25
"""Words up to which a piece is quoted whole; of a longer one the sentence that most supports the label is quoted."""
_NO_SENTIMENT_BELOW = 0.2
"""Sentiment of the model (absolute, 0 to 1) below which it is neutral, as in ``rules.sentiment``, and the words alone decide."""
_OPENING = 4
"""Turns from the start in which the recording consent is asked; a later yes or no is about something else."""
_FEW_WORDS = 6
"""Words up to which a turn is only consent or goodbye; a longer one also says something the model should read."""


class FusionWeight(BaseModel):
    """Weighs the log-odds that a piece carries the fact: ``bias + rule * the rule's confidence + reader * the reader's log-odds``.

    ``around`` weighs the other numbers of the piece (``piece_numbers``). Below ``least`` it is not claimed, unless a rule is as
    sure as ``trusted``: plain words stay what they are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    head: str
    bias: float
    rule: float
    reader: float
    least: float
    trusted: float
    around: Mapping[str, float] = {}

    def confidence(self, rule: float, prediction: float, numbers: PieceNumbers) -> float:
        around = fsum(weight * numbers[name] for name, weight in self.around.items())
        return 1 / (1 + exp(-(self.bias + self.rule * rule + self.reader * odds(prediction) + around)))


class FusionWeights(ReferenceTable):
    """Holds the weights by span type; a type that is missing is left to the rules."""

    file: ClassVar[str] = "fusion_weights.yml"
    weights: Mapping[SpanType, FusionWeight]


class _Place(NamedTuple):
    conversation: Conversation
    turn: Turn
    hit: Hit
    prediction: Prediction
    label: str


def predict(conversation: Conversation, reader: Reader) -> None:
    """Predict, for every utterance of the caller, with the agent's line and the caller's own before it as context.

    The agent's lines are read where they name figures: what they sum up is about the caller.
    """
    earlier = ""
    for turn in conversation.turns:
        if not turn.is_user:
            if turn.numbers:
                turn.predictions.append(Prediction(0, len(turn.text), reader.read(ReaderInput(earlier, turn.text))))
            continue
        context, skipped = turn.prompt.text if turn.prompt else "", _is_consent_or_goodbye(turn)
        for piece in pieces_of(turn.text):
            text = turn.text[piece.start : piece.end]
            start, said = piece.start + len(text) - len(text.lstrip()), text.strip()
            if not skipped:
                turn.predictions.append(Prediction(start, piece.end, reader.read(ReaderInput(context, said, earlier))))
            earlier = said


def _is_consent_or_goodbye(turn: Turn) -> bool:
    """Return whether this is a short turn that allows the transcript or says goodbye."""
    consents = turn.position < _OPENING and turn.prompt is not None and turn.prompt.has("acts.consent_asked")
    return len(turn.words) <= _FEW_WORDS and (consents or turn.has("acts.goodbye"))


def utterance_sentiment(turn: Turn) -> Mood:
    """Fuse the sentiment of the cue phrases with the model's: the stronger when both agree, the phrases when they say the opposite.

    Where no phrase says anything, half of what the model predicts. The model predicts nothing for the agent's lines.
    """
    words = mood_of(turn)
    if not (turn.predictions and turn.is_user):
        return words
    moods = [piece.reading.scores("mood") for piece in turn.predictions]
    predicted = fsum(scores["positive"] - scores["negative"] for scores in moods) / len(moods)
    if abs(predicted) < _NO_SENTIMENT_BELOW:
        return words
    if words.score * predicted < 0:
        return words
    score = max(words.score, predicted, key=abs) if words.score else predicted / 2
    return mood_at(score, max(words.confidence, min(abs(predicted), 0.9)))


def fuse(conversation: Conversation, spans: Iterable[Span], weights: FusionWeights) -> Iterator[Span]:
    """Yield the rules' spans with the fused confidence, drop those below the threshold, and add what the rules missed."""
    turns = {turn.item.id: turn for turn in conversation.user_turns}
    kept = list(spans)
    numbers = numbers_of_pieces(conversation, kept) if weights.weights else {}
    claimed: set[tuple[SpanType, PieceKey]] = set()
    for found in kept:
        weight, turn = weights.weights.get(found.type), turns.get(found.item_id)
        if turn is not None and out_of_place(turn, found):
            continue
        prediction = turn.prediction_at(found.start) if turn else None
        if weight is None or prediction is None:
            yield found
            continue
        piece = (found.item_id, prediction.start)
        claimed.add((found.type, piece))
        confidence = weight.confidence(found.confidence, _model_probability(prediction, weight.head, found), numbers[piece])
        if confidence >= weight.least or found.confidence >= weight.trusted:
            yield found.model_copy(update={"confidence": round(confidence, 2)})
    for kind, weight in weights.weights.items():
        for turn in turns.values():
            yield from _missed(conversation, turn, kind, weight, numbers, claimed)


def _model_probability(prediction: Prediction, head: str, found: Span) -> float:
    """Return the model's probability of this very value where the head's classes are values, else of anything of the kind."""
    scores = prediction.reading.scores(head)
    return scores[str(found.value)] if str(found.value) in scores else prediction.reading.likeliest(head)[1]


def deduplicate_objections(conversation: Conversation, spans: Iterable[Span]) -> Iterator[Span]:
    """Keep, of objections of one category within ``DEDUP_WINDOW_TURNS``, the most severe and confident one."""
    order = {turn.item.id: turn.position for turn in conversation.user_turns}
    by_category: dict[str, list[Span]] = {}
    for found in spans:
        if found.type == SpanType.OBJECTION:
            by_category.setdefault(str(found.attributes["category"]), []).append(found)
        else:
            yield found
    for same in by_category.values():
        unique: list[Span] = []
        taken: set[int] = set()
        for objection in sorted(same, key=lambda s: (s.attributes["severity"] != "blocker", -s.confidence, order[s.item_id])):
            place = order[objection.item_id]
            if taken.isdisjoint(range(place - DEDUP_WINDOW_TURNS, place + DEDUP_WINDOW_TURNS + 1)):
                unique.append(objection)
                taken.add(place)
        yield from unique


def _missed(
    conversation: Conversation,
    turn: Turn,
    kind: SpanType,
    weight: FusionWeight,
    numbers: Mapping[PieceKey, PieceNumbers],
    claimed: Set[tuple[SpanType, PieceKey]],
) -> Iterator[Span]:
    for prediction in turn.predictions:
        label, probability = prediction.reading.likeliest(weight.head)
        piece = (turn.item.id, prediction.start)
        confidence = weight.confidence(0.0, probability, numbers[piece])
        if confidence >= weight.least and (kind, piece) not in claimed:
            place = _Place(conversation, turn, said_at(turn, prediction, weight.head, label), prediction, label)
            missed = _MAKERS[kind](place, confidence)
            if not out_of_place(turn, missed):
                yield missed


def said_at(turn: Turn, prediction: Prediction, head: str, label: str) -> Hit:
    """Return the whole of a short piece, or of a longer one the sentence that most supports the label."""
    inside = [s for s in turn.sentences if s.start < prediction.end and s.end > prediction.start]
    if len(inside) < 2 or len(turn.text[prediction.start : prediction.end].split()) <= _SHORT_PIECE_WORDS:
        return Hit(prediction.start, prediction.end)
    best = max(inside, key=lambda s: prediction.reading.weight(head, label, s.start - prediction.start, s.end - prediction.start))
    return Hit(best.start, best.end)


def _topic(turn: Turn, hit: Hit) -> str:
    return " ".join(turn.low[hit.start : hit.end].strip(" ?.!,").split()[:_TOPIC_WORDS])


def _objection(place: _Place, confidence: float) -> Span:
    severity = place.prediction.reading.scores("severity")
    severity_label = "blocker" if severity["blocker"] > severity["concern"] else "concern"
    return objection_span(place.conversation, place.turn, FoundObjection(place.hit, place.label, severity_label, confidence))


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


_MAKERS: Mapping[SpanType, Callable[[_Place, float], Span]] = {
    SpanType.OBJECTION: _objection,
    SpanType.FEATURE_REQUEST: _request,
    SpanType.BUYING_SIGNAL: _signal,
    SpanType.PAIN_POINT: _pain,
    SpanType.BUDGET_AUTHORITY: _authority,
    SpanType.URGENCY: _urgency,
    SpanType.DECISION_TIMELINE: _timeline,
}
