from analyzers.action_items import action_items
from analyzers.language.annotations import SpanType
from tests.analyzers.recorded_calls import REFERENCE, agent, recorded_call, user
from tests.analyzers.spans import call_with, span

TURNS = [
    user("I'll send you the contract by Friday"),
    agent("I'll have someone email you the pricing PDF tomorrow"),
    user("maybe I'll look at it if I find the time"),
]
BOOKING = {
    "tool": "book_sales_meeting",
    "success": True,
    "calendar_event_id": "evt_1",
    "preferred_date": "next Tuesday",
    "meeting_time": "2026-12-01T23:00:00-08:00",
}


def test_promises_have_owners_dates_and_formats():
    call = call_with(
        TURNS,
        span(TURNS, 0, SpanType.ACTION, TURNS[0].text, "send the contract", owner="user", kind="commitment", deadline="by Friday"),
        span(
            TURNS, 1, SpanType.ACTION, TURNS[1].text, "email the pricing", owner="sales", kind="document_share", deadline="tomorrow"
        ),
    )
    report = action_items(call, REFERENCE)
    assert [(i.owner, i.deadline, i.format, i.priority) for i in report.items] == [
        ("user", "2026-11-20", None, "high"),
        ("sales", "2026-11-21", "pdf", "high"),
    ]
    assert [step.who for step in report.next_steps] == ["user", "sales"]


def test_a_conditional_promise_has_no_deadline():
    call = call_with(TURNS, span(TURNS, 2, SpanType.ACTION, TURNS[2].text, "look at it", conditional=True, deadline="tomorrow"))
    (item,) = action_items(call, REFERENCE).items
    assert (item.deadline, item.conditional, item.priority) == (None, True, "low")


def test_a_booked_meeting_is_a_call_that_sales_owes_on_its_own_date():
    (item,) = action_items(call_with(TURNS, tool_calls=[BOOKING]), REFERENCE).items
    assert (item.owner, item.kind, item.deadline) == ("sales", "demo_request", "2026-12-01")


def test_a_booking_is_known_even_when_the_words_are_not():
    report = action_items(recorded_call(tool_calls=[BOOKING]), REFERENCE)
    assert (report.status, len(report.items)) == ("unavailable", 1)


def test_a_booking_that_failed_is_no_action():
    assert action_items(call_with(TURNS, tool_calls=[{**BOOKING, "success": False}]), REFERENCE).items == ()


def test_the_same_call_gives_the_same_ids_and_a_repeated_promise_is_one_item():
    promise = span(TURNS, 0, SpanType.ACTION, TURNS[0].text, "send the contract", owner="user", kind="commitment")
    call = call_with(TURNS, promise, promise)
    first, second = action_items(call, REFERENCE), action_items(call, REFERENCE)
    assert len(first.items) == 1
    assert first == second
