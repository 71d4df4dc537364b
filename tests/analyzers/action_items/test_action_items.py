import pytest

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


@pytest.mark.parametrize(
    ("words", "document", "form"),
    [
        ("send two case studies as a PDF", "case_study", "pdf"),
        ("send the security overview as a link", "security", "link"),
        ("deliver the pricing with your DocuSign terms", "pricing", None),
        ("send something about it", None, None),
    ],
)
def test_a_document_to_share_has_its_kind_and_its_form(words: str, document: str | None, form: str | None):
    turns = [agent(words)]
    call = call_with(turns, span(turns, 0, SpanType.ACTION, words, words, owner="sales", kind="document_share"))
    (item,) = action_items(call, REFERENCE).items
    assert (item.document, item.format) == (document, form)


def test_a_demo_says_what_use_to_show_and_a_promise_of_another_kind_does_not():
    turns = [user("mostly quotes, some proposals; show me live, I'll bring my files")]
    spans = [
        span(turns, 0, SpanType.USE_CASE, "proposals", "proposals"),
        span(turns, 0, SpanType.USE_CASE, "quotes", "quotes", primary=True),
        span(turns, 0, SpanType.ACTION, "show me live", "show it", owner="sales", kind="demo_request"),
        span(turns, 0, SpanType.ACTION, "I'll bring my files", "bring files", owner="user", kind="commitment"),
    ]
    items = action_items(call_with(turns, *spans), REFERENCE).items
    assert {(i.kind, i.use_case, i.format) for i in items} == {("demo_request", "quotes", "live"), ("commitment", None, None)}


def test_a_conditional_promise_has_no_deadline():
    call = call_with(TURNS, span(TURNS, 2, SpanType.ACTION, TURNS[2].text, "look at it", conditional=True, deadline="tomorrow"))
    (item,) = action_items(call, REFERENCE).items
    assert (item.deadline, item.conditional, item.priority) == (None, True, "low")


def test_a_booked_meeting_is_a_call_that_sales_owes_on_its_own_date():
    (item,) = action_items(call_with(TURNS, tool_calls=[BOOKING]), REFERENCE).items
    assert (item.owner, item.kind, item.deadline) == ("sales", "demo_request", "2026-12-01")


def test_the_booked_meeting_in_other_words_is_the_same_but_what_is_brought_to_it_is_not():
    turns = [agent("A specialist will call you on Tuesday."), agent("I'll have the order form to you by Tuesday.")]
    spans = [
        span(turns, at, SpanType.ACTION, turns[at].text, what, owner="sales", kind="follow_up", due="2026-12-01")
        for at, what in enumerate(("call by a specialist", "send the order form"))
    ]
    items = action_items(call_with(turns, *spans, tool_calls=[BOOKING]), REFERENCE).items
    assert [item.text for item in items] == ["hold the booked meeting", "send the order form"]


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


def test_the_clauses_that_speak_of_one_promise_are_one_item_that_shows_the_promise():
    turns = [agent("Shall I have a specialist send you the price?"), agent("A specialist will send you the price.")]
    what = "A specialist will send you the price"
    spans = [span(turns, at, SpanType.ACTION, turns[at].text, what, owner="sales", kind="document_share") for at in (0, 1)]
    (item,) = action_items(call_with(turns, *spans), REFERENCE).items
    assert [one.quote for one in item.evidence] == [turns[1].text, turns[0].text]
    assert item.clause == turns[1].text
