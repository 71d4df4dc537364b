"""One call through LiveKit's whole pipeline, in real time (half a minute): seven turns, a tool, a barge-in, no network.

Needs the Debian package espeak-ng.
"""

from __future__ import annotations

import pytest

from tests.agent.offline.audio.conversation import GREETING, LONG_REPLY, SCRIPT, Held, conversation_with_sound


@pytest.fixture(scope="module")
def held() -> Held:
    with pytest.MonkeyPatch.context() as environment:
        for name in ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET", "LIVEKIT_INFERENCE_URL"):
            environment.delenv(name, raising=False)
        return conversation_with_sound()


def test_every_sentence_was_heard_as_it_was_written_and_once(held: Held):
    assert [message.text_content for message in held.messages("user")] == [turn.say for turn in SCRIPT.turns]


def test_every_answer_was_spoken_in_its_place_and_in_full_but_the_interrupted_one(held: Held):
    whole = [GREETING, *(step.text for turn in SCRIPT.turns for step in turn.replies)]
    spoken = [message.text_content for message in held.messages("assistant")]
    assert [text for text in spoken if text in whole] == [text for text in whole if text != LONG_REPLY]
    assert len(spoken) == len(whole)


def test_exactly_the_reply_that_was_broken_into_is_cut_to_what_was_heard(held: Held):
    [cut] = [message for message in held.messages("assistant") if message.interrupted]
    heard = cut.text_content
    assert heard
    assert LONG_REPLY.startswith(heard)
    assert len(heard) < len(LONG_REPLY) / 2


def test_the_caller_began_while_the_agent_was_still_speaking(held: Held):
    [cut] = [message for message in held.messages("assistant") if message.interrupted]
    barging_in = held.messages("user")[4]
    assert cut.metrics["started_speaking_at"] < barging_in.metrics["started_speaking_at"] < cut.metrics["stopped_speaking_at"]


def test_the_tool_ran_between_the_two_parts_of_its_answer(held: Held):
    kinds = [item.type if item.type != "message" else item.text_content for item in held.items]
    looked = kinds.index("Let me look.")
    assert kinds[looked : looked + 4] == ["Let me look.", "function_call", "function_call_output", "It costs 65 dollars."]


@pytest.mark.parametrize("measure", ["started_speaking_at", "stopped_speaking_at", "transcription_delay", "end_of_turn_delay"])
def test_every_sentence_of_the_caller_is_timed(held: Held, measure: str):
    assert all(message.metrics.get(measure, 0) > 0 for message in held.messages("user"))


def test_every_sentence_of_the_caller_has_a_beginning_before_its_end(held: Held):
    assert all(m.metrics["started_speaking_at"] < m.metrics["stopped_speaking_at"] for m in held.messages("user"))


@pytest.mark.parametrize("measure", ["started_speaking_at", "stopped_speaking_at", "tts_node_ttfb"])
def test_every_answer_is_timed(held: Held, measure: str):
    assert all(message.metrics.get(measure, 0) > 0 for message in held.messages("assistant"))


def test_every_first_answer_to_the_caller_has_its_end_to_end_latency(held: Held):
    first = [item for before, item in zip(held.items, held.items[1:], strict=False) if before in held.messages("user")]
    assert len(first) == len(SCRIPT.turns)
    assert all(message.metrics["e2e_latency"] >= message.metrics["tts_node_ttfb"] for message in first)


def test_recognising_took_time_for_each_sentence_and_is_measured(held: Held):
    recognised = [metric for metric in held.metrics if metric.type == "stt_metrics"]
    assert len(recognised) == len(SCRIPT.turns)
    assert all(metric.duration > 0 and metric.audio_duration > 0 for metric in recognised)


def test_speaking_is_measured_in_characters_and_seconds(held: Held):
    spoken = [metric for metric in held.metrics if metric.type == "tts_metrics"]
    assert all(metric.characters_count > 0 and metric.audio_duration > 0 and metric.ttfb > 0 for metric in spoken)


def test_the_caller_hangs_up_before_the_session_closes(held: Held):
    assert held.endings == ["hung up", "closed"]


def test_the_models_say_that_they_are_local(held: Held):
    assert held.names == {
        "stt": "pocketsphinx (closed grammar)",
        "tts": "espeak-ng en-us",
        "vad": "silero (local)",
        "turn_detection": "turn-detector-v1-mini (local)",
    }


def test_nothing_was_connected_to_and_nothing_complained(held: Held):
    assert (held.connections, held.complaints) == ([], [])


def test_no_sound_card_library_is_needed(held: Held):
    assert "sounddevice" not in held.modules
