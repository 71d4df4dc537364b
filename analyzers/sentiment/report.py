"""Build the sentiment report (spec 3.4): scores run from -1 to 1 and are the caller's alone, not the polite agent's."""

from __future__ import annotations

from collections.abc import Sequence

from analyzers.advice import Advice
from analyzers.availability import Availability, words_missing
from analyzers.call import AnnotatedCall
from analyzers.durations import seconds_into
from analyzers.evidence import ReportModel
from analyzers.language.annotations import ActKind, SentimentLabel, Trend, Utterance
from analyzers.likelihoods import Likelihoods
from analyzers.sales_intelligence import SalesIntelligence
from analyzers.sentiment.markers import EmotionMarker, Marker, emotions, enthusiasm, frustration
from analyzers.sentiment.overall import judged, judged_trend, settled, settled_trend
from analyzers.sentiment.segments import Segment, Segments, mean, plain_trend, segments
from analyzers.sentiment.tone import FollowUpTone, follow_up_tone
from analyzers.targets import SentimentTargets, Targets
from analyzers.whole_call import WholeCall, recognised, verdicts
from contract.reference import Reference


class OverallSentiment(ReportModel):
    """Holds the ``label`` predicted from the course of the call, with its probability as ``confidence``.

    ``score`` is the mean of the utterances.
    """

    label: SentimentLabel | None
    confidence: float | None
    score: float | None
    utterances: int


class UtteranceSentiment(ReportModel):
    item_id: str
    label: SentimentLabel
    score: float


class ChartPoint(ReportModel):
    """Holds ``seconds`` into the call (null without times), the utterance's score and the mean of all so far."""

    item_id: str
    position: int
    seconds: float | None
    score: float
    running_mean: float


class UserConfidence(ReportModel):
    """Measures how confident the caller is: confidence and commitments against hesitation and confusion.

    Null without any of these signs.
    """

    value: float | None
    level: str | None
    signs: int


class AudioTone(Availability):
    """Describes pitch and pace of the voice; the document has no audio, so they are never guessed."""

    pitch: float | None = None
    speech_rate: float | None = None


class SentimentReport(Availability):
    overall: OverallSentiment
    segments: Segments
    trend: Trend | None
    emotions: tuple[EmotionMarker, ...]
    frustration: tuple[Marker, ...]
    enthusiasm: tuple[Marker, ...]
    user_confidence: UserConfidence
    analysis_confidence: float | None
    utterances: tuple[UtteranceSentiment, ...]
    chart: tuple[ChartPoint, ...]
    follow_up_tone: FollowUpTone | None
    audio_tone: AudioTone


NO_AUDIO = AudioTone(status="unavailable", reason="no_audio")
_NO_UTTERANCES = Segment(label=None, score=None, utterances=0)


def sentiment(call: AnnotatedCall, reference: Reference, sales_intelligence: SalesIntelligence) -> SentimentReport:
    caller = [utterance for utterance in call.annotations.utterances if utterance.role == "user"]
    reason = words_missing(call) or (None if caller else "caller_silent")
    if reason is not None:
        return _unavailable(reason)
    targets, marked = reference.table(Targets), emotions(call)
    parts = segments(call, caller, targets.sentiment)
    score, certainty = mean([u.score for u in caller]), mean([u.confidence for u in caller])
    model = reference.table(WholeCall)
    whole = verdicts(call, sales_intelligence, model, "sentiment", "trend")
    overall = settled(call) or judged(score, whole["sentiment"] if recognised(call, model) else None, targets.sentiment)
    direction = _trend(call, parts, whole["trend"], targets.sentiment)
    annoyed = frustration(call, caller, marked, targets.sentiment, targets.content)
    user_confidence = _user_confidence(call, marked)
    return SentimentReport(
        overall=OverallSentiment(label=overall.label, confidence=overall.confidence, score=score, utterances=len(caller)),
        segments=parts,
        trend=direction,
        emotions=marked,
        frustration=annoyed,
        enthusiasm=enthusiasm(call, caller, marked, targets.sentiment),
        user_confidence=user_confidence,
        analysis_confidence=certainty,
        utterances=tuple(UtteranceSentiment(item_id=u.item_id, label=u.label, score=u.score) for u in caller),
        chart=_chart(call, caller),
        follow_up_tone=follow_up_tone(overall.label, direction, annoyed, marked, user_confidence.level, reference.table(Advice)),
        audio_tone=NO_AUDIO,
    )


def _trend(call: AnnotatedCall, parts: Segments, chances: Likelihoods, targets: SentimentTargets) -> Trend | None:
    """Return the engine's trend, a plain one by the quarters, or the likeliest; None if the caller spoke in one quarter."""
    if len(parts.spoken()) < 2:
        return None
    return settled_trend(call) or plain_trend(parts, targets) or judged_trend(chances)


def _user_confidence(call: AnnotatedCall, marked: Sequence[EmotionMarker]) -> UserConfidence:
    confident = sum(1 for emotion in marked if emotion.emotion == "confidence") + len(
        call.annotations.acts(ActKind.COMMITMENT, "user")
    )
    unsure = sum(1 for emotion in marked if emotion.emotion in ("hesitation", "confusion"))
    if not confident + unsure:
        return UserConfidence(value=None, level=None, signs=0)
    share = confident / (confident + unsure)
    level = "high" if share > 2 / 3 else "medium" if share >= 1 / 3 else "low"
    return UserConfidence(value=round(share, 4), level=level, signs=confident + unsure)


def _chart(call: AnnotatedCall, caller: Sequence[Utterance]) -> tuple[ChartPoint, ...]:
    points: list[ChartPoint] = []
    total = 0.0
    for position, utterance in enumerate(caller):
        total += utterance.score
        item = call.items.get(utterance.item_id)
        points.append(
            ChartPoint(
                item_id=utterance.item_id,
                position=position,
                seconds=seconds_into(call.document, item.started_at if item else None),
                score=utterance.score,
                running_mean=round(total / (position + 1), 4),
            )
        )
    return tuple(points)


def _unavailable(reason: str) -> SentimentReport:
    return SentimentReport(
        status="unavailable",
        reason=reason,
        overall=OverallSentiment(label=None, confidence=None, score=None, utterances=0),
        segments=Segments(
            opening=_NO_UTTERANCES,
            discovery=_NO_UTTERANCES,
            discussion=_NO_UTTERANCES,
            closing=_NO_UTTERANCES,
            divided_by="position",
        ),
        trend=None,
        emotions=(),
        frustration=(),
        enthusiasm=(),
        user_confidence=UserConfidence(value=None, level=None, signs=0),
        analysis_confidence=None,
        utterances=(),
        chart=(),
        follow_up_tone=None,
        audio_tone=NO_AUDIO,
    )
