"""The overall score, satisfaction, and what the report says in words (spec 3.3; contract: user_satisfaction)."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import ActKind
from analyzers.targets import Targets, weighted
from tests.analyzers.conversation_quality.reports import quality_of
from tests.analyzers.recorded_calls import REFERENCE, agent, emotion, question, user

HAPPY = [
    agent("Hi, how can I help?", 0, 3, acts=[question("Hi, how can I help?", answered=None)]),
    user("Can it do quotes?", 3.5, 6, 0.4, [question("Can it do quotes?", answered=True)]),
    agent("I see, yes. How many?", 7, 10, acts=[ActKind.ACKNOWLEDGEMENT, question("How many?", answered=None)]),
    user("Ten. And templates?", 10.5, 13, 0.5, [question("And templates?", answered=True)]),
    agent("Those too. Anything else?", 14, 16, acts=[ActKind.BUILD_ON, question("Anything else?", answered=None)]),
    user("No, perfect, bye!", 17, 19, 0.8, [ActKind.GOODBYE]),
    agent("Goodbye!", 19.5, 20, acts=[ActKind.GOODBYE]),
]


def test_overall_is_the_weighted_mean_of_what_was_measured_with_one_decimal() -> None:
    report = quality_of(HAPPY, duration_seconds=20)
    scores = {name: metric["score"] for name, metric in report.metrics.model_dump().items()}
    expected = weighted(scores, REFERENCE.table(Targets).quality.weights)
    assert expected is not None
    assert report.overall == round(expected, 1)
    assert report.overall >= 9
    assert report.red_flags == ()


def test_satisfaction_is_the_weighted_mean_of_overall_mood_and_answers() -> None:
    report = quality_of([*HAPPY[:5], user("No, bye.", 17, 19, -0.6, [ActKind.GOODBYE]), HAPPY[6]], duration_seconds=20)
    assert report.overall is not None
    mood = 0.55 + 1.5 * (0.4 + 0.5 - 0.6) / 3
    expected = 10 * (0.45 * report.overall / 10 + 0.5 * mood + 0.05)
    assert report.metrics.user_satisfaction.value == pytest.approx(expected, abs=0.01)
    assert quality_of(HAPPY, duration_seconds=20).metrics.user_satisfaction.value == pytest.approx(9.9, abs=0.1)


def test_satisfaction_without_questions_rests_on_the_other_two() -> None:
    report = quality_of([agent(), user(score=0.0), agent(), user(score=0.0)])
    assert report.overall is not None
    expected = 10 * (0.45 * report.overall / 10 + 0.5 * 0.55) / 0.95
    assert report.metrics.user_satisfaction.value == pytest.approx(expected, abs=0.01)


def test_a_bitter_caller_is_dissatisfied_though_every_question_was_answered() -> None:
    bitter = [
        *HAPPY[:1],
        user("Can it do quotes?", 3.5, 6, -0.7, [question("Can it do quotes?", answered=True)]),
        HAPPY[2],
        user("Ten, again.", 10.5, 13, -0.6),
    ]
    value = quality_of(bitter, duration_seconds=20).metrics.user_satisfaction.value
    assert isinstance(value, float)
    assert value < 5


@pytest.mark.parametrize("reason", ["no_transcript", "language:de"])
def test_without_understood_words_only_the_measured_parts_are_there(reason: str) -> None:
    report = quality_of([agent("Hallo", 0, 2), user("Guten Tag", 6, 8)], duration_seconds=40, unavailable=reason)
    metrics = report.metrics
    assert (report.status, report.reason, report.overall) == ("unavailable", reason, None)
    assert (metrics.turn_balance.value, metrics.interruptions.value, metrics.dead_air_percentage.value) == (1.0, 0, 10.0)
    words = (
        metrics.user_questions,
        metrics.total_questions,
        metrics.active_listening,
        metrics.natural_ending,
        metrics.agent_effectiveness,
    )
    assert {(metric.value, metric.status, metric.reason) for metric in words} == {(None, "unavailable", reason)}
    assert (metrics.sentiment_progression.status, metrics.user_satisfaction.status) == ("unavailable", "unavailable")
    assert (report.acknowledgements, report.strengths[0].metric) == (None, "turn_balance")


def test_a_caller_who_refused_consent_has_no_quality_score() -> None:
    report = quality_of(consent={"obtained": False})
    assert (report.status, report.reason, report.overall) == ("unavailable", "consent_refused", None)


def test_a_caller_who_never_spoke_has_no_quality_score() -> None:
    report = quality_of([agent("Hello?", 0, 2)])
    assert (report.reason, report.overall, report.metrics.turn_balance.value) == ("caller_silent", None, 0)


def test_red_flags_name_silence_interruptions_and_a_falling_mood_the_costliest_first() -> None:
    turns = [agent("Hi", 0, 2), user("Fine", 10, 12, 0.6), agent("Ok", 22, 24), user("This is bad", 34, 36, -0.8)]
    report = quality_of(turns, duration_seconds=40, interruptions=[{}] * 6)
    kinds = [flag.kind for flag in report.red_flags]
    assert {"dead_air", "high_interruptions", "negative_trend", "abrupt_ending"} <= set(kinds)
    assert kinds[0] == "abrupt_ending"
    assert report.recommendations[0].metric == "natural_ending"
    assert report.metrics.sentiment_progression.model_dump(include={"value", "start", "end"}) == {
        "value": "declining",
        "start": None,
        "end": "negative",
    }


def test_frustration_and_open_questions_are_red_flags_and_answers_a_strength() -> None:
    texts = ["This is terrible.", "So annoying.", "How?"]
    spans = [emotion(0, "terrible", "frustration", texts[0]), emotion(2, "annoying", "frustration", texts[1])]
    turns = [user(texts[0]), agent(), user(texts[1]), agent(), user(texts[2], acts=[question("How?", answered=False)]), agent()]
    flags = {flag.kind: flag.value for flag in quality_of(turns, spans=spans).red_flags}
    assert (flags["user_frustration"], flags["questions_left_open"]) == (2, 1)
    assert "questions_resolved" in [strength.kind for strength in quality_of(HAPPY).strengths]


def test_strengths_name_what_met_its_target() -> None:
    kinds = {strength.kind for strength in quality_of(HAPPY, duration_seconds=20).strengths}
    assert {"natural_ending", "balanced_turns", "no_dead_air", "positive_progression"} <= kinds
