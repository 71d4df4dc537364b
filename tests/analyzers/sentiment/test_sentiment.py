"""The caller's mood overall, by quarter, its trend and what caused it (spec 3.4)."""

from __future__ import annotations

from typing import Any

import pytest

from analyzers.language.annotations import ActKind, SpanType
from analyzers.sales_intelligence import sales_intelligence
from analyzers.sentiment import SentimentReport, sentiment
from analyzers.whole_call import WholeCall, verdicts
from tests.analyzers.recorded_calls import REFERENCE, Turn, agent, at, emotion, question, recorded_call, user
from tests.analyzers.spans import span


def report_of(turns: list[Turn], **fields: Any) -> SentimentReport:
    call = recorded_call(turns, **fields)
    return sentiment(call, REFERENCE, sales_intelligence(call, REFERENCE))


def test_the_overall_score_is_the_mean_of_the_callers_utterances_alone() -> None:
    report = report_of([agent("Great!", acts=[]), user(score=0.5), user(score=-0.1), user(score=0.2)])
    assert (report.overall.score, report.overall.utterances, report.analysis_confidence) == (0.2, 3, 0.8)
    assert [utterance.score for utterance in report.utterances] == [0.5, -0.1, 0.2]


@pytest.mark.parametrize(("score", "label"), [(0.4, "positive"), (0.0, "neutral"), (-0.4, "negative")])
def test_plain_words_decide_the_overall_label(score: float, label: str) -> None:
    assert report_of([user(score=score)]).overall.label == label


def test_a_call_without_a_word_of_feeling_is_judged_by_how_it_went() -> None:
    def liking(acts: list[ActKind], *, resolved: bool) -> float:
        turns = [agent("Would that do?"), user("It would.", acts=acts), agent("Goodbye."), user("Bye.", acts=[ActKind.GOODBYE])]
        said = {"category": "trust", "severity": "concern" if resolved else "blocker", "resolved": resolved}
        call = recorded_call(turns, spans=[span(turns, 1, SpanType.OBJECTION, "would", "safe", **said)])
        chances = verdicts(call, sales_intelligence(call, REFERENCE), REFERENCE.table(WholeCall), "sentiment")["sentiment"]
        return chances["positive"] - chances["negative"]

    assert liking([ActKind.ACCEPTANCE, ActKind.NEXT_STEP], resolved=True) > liking([ActKind.OBJECTION], resolved=False)


def test_the_overall_confidence_is_a_probability_that_grows_with_the_evidence() -> None:
    weak, clear = (report_of([user(score=score)]).overall.confidence for score in (0.35, 0.9))
    assert weak is not None
    assert clear is not None
    assert 1 / 3 < weak < clear <= 1


def test_segments_are_quarters_of_time() -> None:
    report = report_of(
        [
            user(start=0, end=1, score=-0.4),
            user(start=24, end=25, score=-0.2),
            user(start=26, end=27),
            user(start=75, end=100, score=0.6),
        ]
    )
    parts = report.segments
    assert parts.divided_by == "time"
    assert [s.utterances for s in (parts.opening, parts.discovery, parts.discussion, parts.closing)] == [2, 1, 0, 1]
    assert (parts.opening.score, parts.opening.label, parts.closing.label) == (-0.3, "negative", "positive")
    assert (parts.discussion.score, parts.discussion.label) == (None, None)
    assert report.trend == "improving"


def test_segments_are_quarters_of_the_turns_where_times_are_missing() -> None:
    report = report_of([user(score=0.5), user(score=0.0), user(score=0.0), user(start=5, end=6, score=-0.5)])
    assert (report.segments.divided_by, report.trend) == ("position", "declining")
    assert [point.seconds for point in report.chart] == [None, None, None, 5.0]


def test_a_small_step_is_a_stable_trend_and_a_single_quarter_has_none() -> None:
    assert report_of([user(score=0.2), user(), user(), user(score=0.3)]).trend == "stable"
    assert report_of([user(score=0.2)]).trend is None


def test_the_chart_carries_time_score_and_running_mean() -> None:
    chart = report_of([agent(start=0, end=1), user(start=2, end=3, score=0.4), user(start=9, end=10, score=-0.2)]).chart
    assert [(point.position, point.seconds, point.score, point.running_mean) for point in chart] == [
        (0, 2.0, 0.4, 0.4),
        (1, 9.0, -0.2, 0.1),
    ]


def test_emotions_keep_their_quote_time_intensity_and_cause() -> None:
    text = "Honestly this is annoying."
    span = emotion(1, "annoying", "frustration", text, intensity="high", trigger="item_000")
    report = report_of([agent("You have to start over.", 0, 1), user(text, 2, 3, -0.6)], spans=[span])
    (felt,) = report.emotions
    assert (felt.emotion, felt.intensity, felt.timestamp, felt.trigger_quote) == (
        "frustration",
        "high",
        at(2),
        "You have to start over.",
    )
    assert felt.evidence[0].quote == text[felt.evidence[0].start : felt.evidence[0].end] == "annoying"
    assert [(marker.kind, marker.trigger) for marker in report.frustration] == [("words", "item_000")]


def test_denied_emotions_do_not_count() -> None:
    span = emotion(0, "annoying", "frustration", "Not annoying at all.").model_copy(update={"polarity": "negated"})
    assert report_of([user("Not annoying at all.")], spans=[span]).emotions == ()


def test_frustration_shows_in_mood_and_in_repeated_questions() -> None:
    asked = [
        user(text, score=score, acts=[question(text, False)])
        for text, score in (("How do I export it?", 0.0), ("How do I export it then?", -0.7))
    ]
    report = report_of(asked)
    assert [marker.kind for marker in report.frustration] == ["mood", "repetition"]
    assert [evidence.item_id for evidence in report.frustration[1].evidence] == ["item_000", "item_001"]


def test_enthusiasm_shows_in_words_exclamations_and_many_questions() -> None:
    asked = [user(f"What about topic {n}?", acts=[question(f"What about topic {n}?", True)]) for n in ("a", "b", "c", "d")]
    happy = user("Well. Wow, love it! Yes.", score=0.4)
    report = report_of([*asked, happy], spans=[emotion(4, "love it", "excitement", happy.text)])
    assert [marker.kind for marker in report.enthusiasm] == ["words", "exclamation", "follow_up_questions"]
    assert report.enthusiasm[1].evidence[0].quote == "Wow, love it!"


def test_the_callers_confidence_weighs_commitment_against_doubt() -> None:
    doubt = "Hmm, not sure."
    spans = [emotion(0, "not sure", "hesitation", doubt)]
    assert report_of([user(doubt)], spans=spans).user_confidence.model_dump() == {"value": 0.0, "level": "low", "signs": 1}
    torn = report_of([user(doubt), user("I'll sign today.", acts=[ActKind.COMMITMENT])], spans=spans)
    assert (torn.user_confidence.value, torn.user_confidence.level) == (0.5, "medium")
    assert report_of([user("Hm.")]).user_confidence.value is None


def test_the_voice_itself_is_never_guessed() -> None:
    tone = report_of([user("Hm.", 0, 1)]).audio_tone
    assert (tone.status, tone.reason, tone.pitch, tone.speech_rate) == ("unavailable", "no_audio", None, None)


@pytest.mark.parametrize(
    ("scores", "tone"),
    [
        ((-0.5, -0.5), "apologetic"),
        ((-0.9, 0.2), "appreciative"),
        ((0.6, 0.1), "reassuring"),
        ((0.3, 0.3), "friendly"),
        ((0.0, 0.0), "factual"),
    ],
)
def test_the_follow_up_tone_answers_the_mood(scores: tuple[float, float], tone: str) -> None:
    report = report_of([user(score=score) for score in scores])
    assert report.follow_up_tone is not None
    assert report.follow_up_tone.tone == tone


@pytest.mark.parametrize(
    ("turns", "fields", "reason"),
    [
        ([], {}, "no_transcript"),
        ([], {"consent": {"obtained": False}}, "consent_refused"),
        ([user("Guten Tag")], {"unavailable": "language:de"}, "language:de"),
        ([agent("Hello?")], {}, "caller_silent"),
    ],
)
def test_without_the_callers_words_sentiment_is_unavailable_not_neutral(
    turns: list[Turn], fields: dict[str, Any], reason: str
) -> None:
    report = report_of(turns, **fields)
    assert (report.status, report.reason, report.trend, report.follow_up_tone) == ("unavailable", reason, None, None)
    assert report.overall.model_dump() == {"label": None, "confidence": None, "score": None, "utterances": 0}
