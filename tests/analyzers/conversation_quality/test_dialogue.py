"""Acts decide questions, listening, endings and effectiveness (spec 3.3)."""

from __future__ import annotations

import pytest

from analyzers.call import AnnotatedCall
from analyzers.language.annotations import ActKind
from tests.analyzers.conversation_quality.reports import Agreed, quality_of, quality_of_call
from tests.analyzers.recorded_calls import agent, emotion, question, recorded_call, search, user

BYE = [user("Bye.", acts=[ActKind.GOODBYE]), agent("Goodbye.", acts=[ActKind.GOODBYE])]


def test_questions_are_counted_by_who_asks() -> None:
    asked = question("What is it?", answered=True)
    metrics = quality_of(
        [agent("What is it?", acts=[question("What is it?", answered=None)]), user("What is it?", acts=[asked, asked])]
    ).metrics
    assert (metrics.user_questions.value, metrics.agent_questions.value, metrics.total_questions.value) == (2, 1, 3)
    assert (metrics.user_questions.status, metrics.total_questions.status) == ("measured", "warning")


def test_active_listening_is_a_share_of_replies_with_its_n() -> None:
    report = quality_of(
        [user(), agent(acts=[ActKind.ACKNOWLEDGEMENT, ActKind.BUILD_ON]), user(), agent(), agent(acts=[ActKind.CLARIFICATION])]
    )
    listening = report.metrics.active_listening
    assert (listening.value, listening.n, listening.status) == (0.5, 2, "good")
    assert (report.acknowledgements, report.build_ons, report.clarifications) == (1, 1, 1)


@pytest.mark.parametrize(
    ("reason", "natural"),
    [
        ("user_hangup", True),
        ("agent_goodbye", True),
        ("unknown", True),
        ("error", False),
        ("time_limit", False),
        ("silence_timeout", False),
    ],
)
def test_goodbyes_by_both_end_a_call_naturally_unless_it_was_cut(reason: str, natural: bool) -> None:
    assert quality_of([user(), *BYE], disconnect_reason=reason).metrics.natural_ending.value is natural


def test_an_angry_goodbye_by_one_side_or_one_long_before_the_end_is_not_an_ending() -> None:
    one_sided = quality_of([agent(), user("Useless. Bye.", score=-0.8, acts=[ActKind.GOODBYE])], disconnect_reason="user_hangup")
    early = quality_of([*BYE, *[user(), agent()] * 4], disconnect_reason="user_hangup")
    assert (one_sided.metrics.natural_ending.value, early.metrics.natural_ending.value) == (False, False)
    assert "abrupt_ending" in [flag.kind for flag in one_sided.red_flags]


def test_calm_last_words_answer_a_clear_goodbye_but_a_question_or_an_interrupted_reply_does_not() -> None:
    bye = user("Right, bye.", acts=[ActKind.GOODBYE])
    calm = quality_of([agent("Safe flight."), bye], disconnect_reason="user_hangup")
    asking = quality_of([agent("Which plan?", acts=[question("Which plan?", None)]), bye], disconnect_reason="user_hangup")
    cut = recorded_call([agent("The plan that"), bye], disconnect_reason="user_hangup")
    items = cut.document.transcript
    interrupted = cut.document.model_copy(update={"transcript": (items[0].model_copy(update={"interrupted": True}), items[1])})
    values = [
        report.metrics.natural_ending.value
        for report in (calm, asking, quality_of_call(AnnotatedCall(interrupted, cut.annotations)))
    ]
    assert values == [True, False, False]


def test_a_call_that_was_cut_did_not_end_naturally_even_when_nobody_was_understood() -> None:
    ending = quality_of([user("Hallo")], unavailable="language:de", disconnect_reason="error").metrics.natural_ending
    assert (ending.value, ending.goodbye_by_user) == (False, None)


def test_thanks_after_the_agents_goodbye_close_a_call_but_angry_words_do_not() -> None:
    goodbye = agent("Goodbye.", acts=[ActKind.GOODBYE])
    thanks = quality_of([goodbye, user("Cheers.", acts=[ActKind.ACKNOWLEDGEMENT])], disconnect_reason="user_hangup")
    angry = quality_of([goodbye, user("Whatever.", score=-0.8, acts=[ActKind.ACKNOWLEDGEMENT])], disconnect_reason="user_hangup")
    assert (thanks.metrics.natural_ending.value, angry.metrics.natural_ending.value) == (True, False)


def test_resolution_and_next_steps_stand_beside_the_ending() -> None:
    open_question = user("How?", acts=[question("How?", answered=False)])
    ending = quality_of([open_question, agent(), *BYE], Agreed(next_steps=["Call on Friday"])).metrics.natural_ending
    assert (ending.resolved, ending.next_steps) == (False, True)
    assert quality_of([user(), agent()]).metrics.natural_ending.resolved is None


def test_effectiveness_weighs_answers_apt_replies_and_tools() -> None:
    turns = [
        user("How?", acts=[question("How?", answered=True)]),
        agent(),
        user("Why?", acts=[question("Why?", answered=False)]),
        agent(acts=[ActKind.DEFLECTION]),
    ]
    effectiveness = quality_of(
        turns, tool_calls=[search("how", 3), search("why", None, error="timeout")]
    ).metrics.agent_effectiveness
    shares = (effectiveness.question_resolution, effectiveness.response_appropriateness, effectiveness.tool_effectiveness)
    assert (shares, effectiveness.value) == ((0.5, 0.5, 0.5), 5.0)
    alone = quality_of([user(), agent()]).metrics.agent_effectiveness
    assert (alone.question_resolution, alone.tool_effectiveness, alone.value) == (None, None, 10.0)


def test_an_interruption_takes_its_context_from_the_words_that_interrupted() -> None:
    turns = [agent(), user("Oh wow yes", score=0.7), agent(), user("No no listen", score=-0.6), agent(), user("Well this is neat")]
    spans = [emotion(5, "neat", "excitement", "Well this is neat")]
    contexts = quality_of(
        turns,
        spans=spans,
        interruptions=[{"item_id": "item_000"}, {"item_id": "item_002"}, {"item_id": "item_004"}, {"item_id": "item_x"}],
    ).interruption_contexts
    assert [context.context for context in contexts] == ["excitement", "frustration", "excitement", None]
    assert contexts[1].interrupting_item_id == "item_003"
