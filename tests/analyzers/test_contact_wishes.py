"""A caller's wish not to be contacted is found, quoted and obeyed; "not now" and what others wish is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzers.command import analyze_batch
from analyzers.contact_wishes import contact_wishes
from analyzers.language.embedded import EmbeddedEngine
from contract.document.session import TranscriptItem
from contract.reference import Reference
from evaluation.calls import calls_in
from evaluation.evaluation import LATER
from tests.support.documents import LINES, session

REFERENCE = Reference()
ENGINE = EmbeddedEngine(REFERENCE)
GOLDEN = Path(__file__).resolve().parents[2] / "data" / "golden"
BY_NO_CHANNEL = (
    "No. No more call please, I let the trial run out.",
    "Please, no more calling, it was only to look.",
    "Please take me off your list and do not contact me again.",
    "Stop calling me.",
    "please stop calling",
    "Unsubscribe me, would you?",
    "I don't want to hear from you people again.",
    "Look, just lose my number.",
    "How do I get off this list?",
    "Put me on your do not call list, please.",
    "I told your colleague last week to stop ringing us.",
    "We would rather not be contacted any more.",
    "I don't want any more calls.",
    "Don't ever call this number again.",
    "Can you take my name off whatever list this is?",
    "You people won't stop calling me.",
)
BY_MAIL_NO_MORE = (
    "Stop emailing me, but you can call any time.",
    "Please no more emails, ring me if there is something.",
    "Can you unsubscribe me from the newsletter?",
    "Take me off your mailing list, though I still want the demo.",
)
BY_PHONE_NO_MORE = (
    "Stop calling me, just email me.",
    "Don't call me again, email is fine.",
    "No more calls please, you can write to me.",
)
NONE = (
    "Call me later.",
    "I can't talk, not now.",
    "Don't call me before nine.",
    "Please don't call me today, call tomorrow.",
    "Don't contact me until January.",
    "No need to call back, I'll reach out.",
    "Not interested right now, maybe next year.",
    "My clients say stop calling me all the time, that is why we use email.",
    "They told us to take them off the list.",
    "DocuSign won't stop calling me.",
    "Stop calling it a contract, it is a quote.",
    "We want customers to be able to opt out.",
    "We need to stop emailing PDFs to people.",
    "Can you take me off speaker?",
    "Remove me from the signer list? No, from the template.",
    "If I sign up, will you stop calling me?",
    "How do I cancel my subscription?",
)


def channels(*lines: str) -> list[str]:
    items = [TranscriptItem(id=f"item_{n}", role="user", text=text) for n, text in enumerate(lines)]
    return [wish.channel for wish in contact_wishes(items, REFERENCE)]


def reports(*last_words: str, **fields: Any) -> dict[str, Any]:
    """The reports of a call with a team of twelve, Salesforce and an interest in a meeting, that ends with these words."""
    said = [{"id": f"item_{n:03}", "role": role, "text": text} for n, (role, text) in enumerate(LINES[:5])]
    said += [{"id": f"item_{n:03}", "role": "user", "text": text} for n, text in enumerate(last_words, len(said))]
    body = json.dumps(session(transcript=said, **fields)).encode()
    return analyze_batch([("call.json", body)], ENGINE, REFERENCE, LATER)[0]["reports"]


@pytest.mark.parametrize("said", BY_NO_CHANNEL)
def test_who_wants_no_contact_is_contacted_by_no_channel(said: str) -> None:
    assert channels(said) == ["any"]


@pytest.mark.parametrize("said", BY_MAIL_NO_MORE)
def test_who_wants_no_mails_may_still_be_called(said: str) -> None:
    assert channels(said) == ["email"]


@pytest.mark.parametrize("said", BY_PHONE_NO_MORE)
def test_who_prefers_mails_to_calls_may_still_be_written_to(said: str) -> None:
    assert channels(said) == ["phone"]


@pytest.mark.parametrize("said", NONE)
def test_not_now_and_wishes_of_others_are_no_such_wish(said: str) -> None:
    assert channels(said) == []


def test_contact_that_is_welcome_after_all_withdraws_the_wish() -> None:
    assert channels("Please stop calling me.", "Hm. Actually fine, call me back on Monday.") == []
    assert channels("You can call me back, sure.", "No, wait, please stop calling me.") == ["any"]


def test_a_wish_of_the_agent_is_none() -> None:
    assert contact_wishes([TranscriptItem(id="item_0", role="agent", text="Stop calling me.")], REFERENCE) == ()


def test_the_wish_is_reported_with_its_quote_and_nothing_is_recommended() -> None:
    made = reports("On second thoughts, please take us off your list.")
    [wish] = made["sales_intelligence"]["contact_wishes"]
    summary = made["executive_summary"]
    assert (wish["channel"], wish["evidence"][0]["item_id"]) == ("any", "item_005")
    assert wish["evidence"][0]["quote"] == "On second thoughts, please take us off your list."
    assert (summary["outcome"]["tier"], summary["outcome"]["next_action"]) == ("Tier 1", "nurture")
    assert summary["recommended_action"] is None
    assert summary["key_takeaways"][0].startswith("The caller does not want to be contacted again: “On second thoughts")
    assert "No outreach is recommended." in summary["summary"]


BOOKING = {"tool": "book_sales_meeting", "success": True, "timestamp": "2026-11-20T15:04:30Z"}


def test_the_wish_counts_more_than_a_booked_meeting() -> None:
    summary = reports("Please never call me again.", tool_calls=[BOOKING])["executive_summary"]
    assert (summary["outcome"]["next_action"], summary["recommended_action"]) == ("nurture", None)


def test_without_the_wish_the_same_call_is_recommended_for_a_sales_call() -> None:
    summary = reports("Great, that works. Call me on Monday.", tool_calls=[BOOKING])["executive_summary"]
    assert summary["outcome"]["next_action"] == "sales_call"
    assert summary["recommended_action"] is not None


def test_who_wants_no_mails_is_recommended_for_a_call_and_who_wants_no_calls_is_not() -> None:
    no_mails = reports("Great, that works. But stop emailing me, please.", tool_calls=[BOOKING])["executive_summary"]
    no_calls = reports("Great, that works. But stop calling me, just email me.", tool_calls=[BOOKING])["executive_summary"]
    assert (no_mails["outcome"]["next_action"], no_mails["recommended_action"]["kind"] == "email") == ("sales_call", False)
    assert no_calls["outcome"]["next_action"] == "self_serve"
    assert (no_calls["recommended_action"] or {}).get("kind") in (None, "email")


def test_golden_callers_who_want_no_contact_are_labelled_without_outreach() -> None:
    for call in calls_in(GOLDEN):
        said = [item["text"] for item in call.document["transcript"] if item["role"] == "user"]
        if "any" in channels(*said):
            assert call.gold.outcome.next_action in ("nurture", "self_serve")
