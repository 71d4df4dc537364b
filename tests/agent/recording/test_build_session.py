"""From rows to the session document: every figure where it belongs, nothing invented, nothing lost."""

from typing import Any

import pytest

from agent.recording.build import build_session
from contract.document.canonical import canonical_json
from contract.rejections import Rejected
from tests.agent.recording.rows_of_a_call import begin, call, llm, row, said, tts


def test_a_call_becomes_a_complete_document_in_chronological_order():
    document = build_session(call())
    assert document.complete
    assert (document.session_id, document.duration_seconds, document.disconnect_reason) == ("room_1", 16, "user_hangup")
    assert (document.participant_id, document.user_email, document.user_name) == ("PA_1", "dana@northlight.example", "Dana")
    assert [item.text for item in document.transcript] == [
        "Hello, may I transcribe?",
        "yes what does it cost",
        "Let me look.",
        "There are three",
        "wait which is for teams",
        "The business plan.",
    ]
    assert [item.id for item in document.transcript] == [f"item_00{n}" for n in range(6)]
    assert document.discovered_signals.team_size == 12


def test_the_same_rows_give_the_same_bytes():
    assert canonical_json(build_session(call())) == canonical_json(build_session(call()))


def test_only_what_the_agent_says_of_its_own_accord_is_agent_initiated():
    sources = [item.source for item in build_session(call()).transcript if item.role == "agent"]
    assert sources == ["agent_initiated", "user_initiated", "user_initiated", "user_initiated"]


def test_seconds_become_milliseconds_and_belong_to_the_reply_that_answered():
    greeting, looking, _, plan = build_session(call()).metrics
    assert (greeting.eou_delay, greeting.llm_ttft, greeting.total_latency, greeting.e2e_latency) == (None, None, None, None)
    assert (greeting.tts_ttfb, greeting.tts_characters_count) == (200, 40)
    assert (looking.eou_delay, looking.llm_ttft, looking.tts_ttfb) == (210, 480, 190)
    assert (looking.total_latency, looking.e2e_latency) == (880, 1015)
    assert looking.stt_audio_duration == 2.0
    assert (plan.eou_delay, plan.stt_audio_duration) == (300, 1.5)


def test_a_reply_before_and_after_a_tool_has_its_own_tokens_each():
    _, looking, three, _ = build_session(call()).metrics
    assert (looking.prompt_tokens, looking.completion_tokens, looking.total_tokens) == (1000, 20, 1020)
    assert (three.prompt_tokens, three.tts_characters_count) == (1100, 200)
    assert three.eou_delay is None


def test_what_livekit_did_not_measure_is_null_and_never_zero():
    looking = build_session(call()).metrics[1]
    assert looking.stt_duration is None
    unknown = [begin(), said(1, "assistant", "Hi", 2, speech="s", ttft=-1.0, ttfb=0.0), row("end", 3)]
    (reply,) = build_session(unknown).metrics
    assert (reply.llm_ttft, reply.tts_ttfb, reply.total_latency, reply.prompt_tokens) == (None, None, None, None)


def test_the_moment_of_an_interruption_is_the_caller_starting_to_speak():
    (interruption,) = build_session(call()).interruptions
    assert interruption.item_id == "item_003"
    assert interruption.timestamp is not None
    assert interruption.timestamp.timestamp() - call()[0]["at"] == 11


def test_an_interrupted_reply_ends_when_the_agent_falls_silent():
    three = build_session(call()).transcript[3]
    assert three.ended_at is not None
    assert three.ended_at.timestamp() - call()[0]["at"] == pytest.approx(11.1)


def test_a_reply_that_breaks_off_by_itself_is_no_interruption():
    rows = [begin(), said(1, "assistant", "Hel", 2, speech="s", interrupted=True), row("end", 3)]
    document = build_session(rows)
    assert document.transcript[0].interrupted
    assert document.interruptions == ()


def test_turn_taking_is_measured_on_speaking_time():
    turns = build_session(call()).turn_taking
    assert turns.turn_count == 6
    assert turns.turn_balance == pytest.approx(2.5 / 8.085, abs=0.001)
    assert turns.average_turn_duration_seconds == pytest.approx(10.585 / 6, abs=0.01)


def test_a_written_call_has_no_speaking_times():
    document = build_session([begin(), said(1, "user", "hello"), said(2, "assistant", "hi", speech="s"), row("end", 3)])
    assert (document.turn_taking.turn_balance, document.turn_taking.average_turn_duration_seconds) == (None, None)
    assert [item.started_at for item in document.transcript] == [None, None]


@pytest.mark.parametrize("kept", range(1, len(call())))
def test_a_call_cut_off_after_any_row_is_an_incomplete_document(kept: int):
    document = build_session(call()[:kept])
    assert not document.complete
    assert document.end_time is not None
    assert document.end_time >= document.start_time


def test_words_that_were_understood_when_the_process_died_are_kept():
    document = build_session([*call()[:5], row("heard", 5, text="we are"), row("heard", 6, text="twelve people")])
    assert document.transcript[-1].text == "we are twelve people"
    assert document.transcript[-1].role == "user"


def test_replies_that_were_thrown_away_are_counted_apart():
    rows = call()
    rows[10:10] = [llm(6.3, "thrown", 900, 5), tts(6.4, "thrown", 10, 0.5)]
    document = build_session(rows)
    assert document.model_extra == {"discarded_usage": {"prompt_tokens": 900, "completion_tokens": 5, "characters": 10}}
    assert document.metrics[1].prompt_tokens == 1000


def test_a_refusal_leaves_no_words_anywhere():
    rows = [*call(), row("consent", 15, obtained=False)]
    document = build_session(rows)
    assert document.transcript == ()
    text = canonical_json(document).decode()
    assert "price" not in text
    assert "plan" not in text
    assert len(document.metrics) == 4


def test_a_tool_call_that_never_ran_is_recorded_as_failed():
    rows = call()
    rows.insert(-2, row("executed", 15.9, call_id="c2", tool="book_sales_meeting", error="refused or failed before it ran"))
    booking = build_session(rows).tool_calls[-1]
    assert (booking.tool, booking.error) == ("book_sales_meeting", "refused or failed before it ran")


def test_packet_loss_is_a_share_of_all_packets():
    connection = build_session(call()).connection
    assert (connection.bandwidth_in, connection.bandwidth_out, connection.packet_loss, connection.jitter) == (1000, 2000, 1.0, 14.0)
    assert build_session([begin(), row("end", 1)]).connection.packet_loss is None


def report(at: float, received: int | None, sent: int, packets: int | None, lost: int | None) -> dict[str, Any]:
    figures = {"bytes_received": received, "packets_received": packets, "packets_lost": lost, "jitter": None}
    return row("connection", at, bytes_sent=sent, **figures)


def test_a_caller_who_hangs_up_before_the_last_report_keeps_their_figures():
    rows = [begin(), report(10, 1000, 500, 99, 1), report(20, None, 900, None, None), row("end", 25)]
    connection = build_session(rows).connection
    assert (connection.bandwidth_in, connection.bandwidth_out, connection.packet_loss) == (1000, 900, 1.0)


def test_bytes_and_losses_of_a_caller_who_came_back_are_of_both_connections():
    rows = [begin(), report(10, 1000, 500, 90, 5), report(20, 1100, 600, 99, 4), report(30, 300, 700, 95, 2), row("end", 35)]
    connection = build_session(rows).connection
    assert (connection.bandwidth_in, connection.bandwidth_out, connection.packet_loss) == (1400, 700, 3.0)


def test_a_caller_whose_speaking_times_are_unknown_has_no_balance():
    rows = [begin(), said(1, "assistant", "Hello?", 4, speech="s"), said(5, "user", "Hello."), row("end", 8)]
    assert build_session(rows).turn_taking.turn_balance is None
    assert build_session([*rows[:2], row("end", 8)]).turn_taking.turn_balance == 0.0


def test_a_call_by_a_pinned_clock_is_moved_as_a_whole():
    rows = call()
    rows[0] = rows[0] | {"offset": 3600.0}
    moved, still = build_session(rows), build_session(call())
    assert (moved.start_time - still.start_time).total_seconds() == 3600
    assert moved.duration_seconds == still.duration_seconds


def test_a_newer_spool_with_unknown_rows_stays_readable():
    assert build_session([*call(), row("something_new", 17, value=1)]).complete


def test_rows_without_a_beginning_are_no_call():
    with pytest.raises(Rejected):
        build_session(call()[1:])


def test_the_agents_own_decision_to_end_a_call_wins_over_how_livekit_closed_it():
    assert build_session([*call()[:-1], row("ending", 15, reason="time_limit"), call()[-1]]).disconnect_reason == "time_limit"
    assert build_session(call()[:-2]).disconnect_reason == "unknown"
    deleted = [*call()[:-2], row("left", 15.9, reason="ROOM_DELETED"), *call()[-2:]]
    assert build_session(deleted).disconnect_reason == "agent_shutdown"
    left = [*call()[:-2], row("left", 15.9, reason="CLIENT_INITIATED"), *call()[-2:]]
    assert build_session(left).disconnect_reason == "user_hangup"


def seconds(rows: list[dict[str, Any]]) -> tuple[float, int | None]:
    document = build_session(rows)
    assert document.end_time is not None
    return (document.end_time - document.start_time).total_seconds(), document.duration_seconds


def test_a_call_ends_when_its_caller_left_and_not_after_the_wait_for_them():
    left = row("left", 13.8, reason="CLIENT_INITIATED")
    hung_up = [*call()[:-2], left, row("ending", 15.8, reason="user_hangup"), *call()[-2:]]
    assert seconds(call()) == (16.4, 16)
    assert seconds(hung_up) == (13.8, 13)
    assert seconds(hung_up[:-1]) == (13.8, 13)


def test_a_caller_who_came_back_or_did_not_end_the_call_does_not_shorten_it():
    left = row("left", 13.8, reason="CLIENT_INITIATED")
    back = [*call()[:-2], left, row("participant", 14.5, participant_id="PA_2"), *call()[-2:]]
    assert seconds(back) == (16.4, 16)
    assert seconds([*call()[:-2], left, row("ending", 15, reason="time_limit"), *call()[-2:]]) == (16.4, 16)
