"""Machines on the line are no callers: no facts, no actions, nothing recommended. People who mention them are callers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from analyzers.command import analyze_batch
from analyzers.language.embedded import EmbeddedEngine
from analyzers.recording import recording_in
from contract.document.session import TranscriptItem
from contract.reference import Reference
from evaluation.calls import LabelledCall, calls_in
from evaluation.evaluation import LATER
from evaluation.noise import Recogniser
from tests.support.documents import session

REFERENCE = Reference()
ENGINE = EmbeddedEngine(REFERENCE)
GOLDEN = Path(__file__).resolve().parents[2] / "data" / "golden"
RECORDINGS = {
    "menu": (
        "Thank you for calling Harlow Dental.",
        "For appointments press 1, for billing press 2. To repeat these options press star.",
    ),
    "menu without punctuation": (
        "welcome to brightside heating our office is closed our hours are eight to five if this is an emergency press nine",
    ),
    "voicemail": (
        "Hi, you've reached Dana Whitlock. I can't come to the phone right now, so leave a message after the beep"
        " and I'll call you back.",
    ),
    "voicemail box": ("The person you are trying to reach is not available.", "At the tone, please record your message."),
    "hold": (
        "Thank you for holding. A representative will be with you shortly.",
        "Thank you for holding. A representative will be with you shortly.",
    ),
    "queue": ("All of our agents are assisting other customers.", "Your estimated wait time is nine minutes."),
    "not in service": ("The number you have dialed is not in service. Please check the number and dial again.",),
    "robocall": (
        "Your extended warranty is about to expire. Press one to speak with a specialist or nine to be removed from the list.",
    ),
}
OFFERS = {
    "loan": (
        "Your company has been approved for up to 250 thousand dollars, no collateral.",
        "Our 12 funding specialists are standing by. May I talk to the business owner?",
    ),
    "funding": ("We have a line of credit reserved for your business, no credit check, funds in as little as a day.",),
}
PEOPLE = {
    "menu told of": (
        "I pressed one and then it said all agents are busy and it hung up on me.",
        "We need to get leases signed, there are six of us.",
    ),
    "complaint": ("Your phone menu is a nightmare. It says press one for sales and then please hold and nothing happens.",),
    "hold on": ("Please hold on a second, somebody is at the door.", "Okay, back again. How much is it for nine people?"),
    "lender": (
        "We are a mortgage broker, our clients get pre-approved and then sign the loan papers.",
        "About forty a month, working capital and business loans mostly, no credit check.",
    ),
    "message": ("Can I leave a message for the sales team? Somebody should call me back.",),
    "call centre": (
        "Thank you for calling me back. We run a call center and need forms signed.",
        "We record for quality purposes.",
    ),
    "repeated": ("Hello, can you hear me? Hello, can you hear me now?", "Hello, can you hear me? Hello, can you hear me now?"),
}


def reason_of(lines: Sequence[str]) -> str | None:
    found = recording_in([TranscriptItem(id=f"item_{n}", role="user", text=text) for n, text in enumerate(lines)], REFERENCE)
    return found.reason if found else None


def reports(lines: Sequence[str], **fields: Any) -> dict[str, Any]:
    said = [{"id": "item_000", "role": "agent", "text": "Hello, this is your trial specialist. How big is your team?"}]
    said += [{"id": f"item_{n:03}", "role": "user", "text": text} for n, text in enumerate(lines, 1)]
    body = json.dumps(session(transcript=said, **fields)).encode()
    return analyze_batch([("call.json", body)], ENGINE, REFERENCE, LATER)[0]["reports"]


@pytest.mark.parametrize("lines", RECORDINGS.values(), ids=RECORDINGS)
def test_a_recording_is_told_from_a_caller(lines: tuple[str, ...]) -> None:
    assert reason_of(lines) == "recording"


@pytest.mark.parametrize("lines", OFFERS.values(), ids=OFFERS)
def test_who_only_makes_offers_is_a_seller(lines: tuple[str, ...]) -> None:
    assert reason_of(lines) == "seller"


@pytest.mark.parametrize("lines", PEOPLE.values(), ids=PEOPLE)
def test_people_who_speak_of_menus_messages_and_loans_are_callers(lines: tuple[str, ...]) -> None:
    assert reason_of(lines) is None


def test_a_person_who_takes_over_from_the_menu_is_a_caller() -> None:
    menu = RECORDINGS["menu"]
    assert reason_of((*menu, "Hi, this is Harlow, we are five dentists and I want our consent forms signed.")) is None


@pytest.mark.parametrize("lines", [*RECORDINGS.values(), *OFFERS.values()], ids=[*RECORDINGS, *OFFERS])
def test_nothing_is_made_of_what_a_machine_says(lines: tuple[str, ...]) -> None:
    made = reports(lines, discovered_signals={"team_size": 30, "integration_needs": ["Salesforce"]})
    sales, summary = made["sales_intelligence"], made["executive_summary"]
    facts = {name: found for name, found in sales.items() if found and name not in ("status", "qualification_tier", "no_prospect")}
    assert facts == {
        "bant": dict.fromkeys(("budget", "authority", "need", "timeline", "qualified"), False),
        "integrations": {"needed": [], "in_use": []},
        "use_cases": {"primary": None, "secondary": [], "complexity": None},
    }
    assert (sales["qualification_tier"], made["lead_score"]["temperature"]) == ("Tier 2", "nurture")
    assert made["action_items"]["items"] == made["content_gaps"]["unanswered_questions"] == []
    assert (summary["recommended_action"], summary["outcome"]["next_action"], summary["risks"]) == (None, "nurture", [])


def test_the_reason_quotes_what_was_said_and_the_summary_says_it() -> None:
    made = reports(RECORDINGS["menu"])
    quote = made["sales_intelligence"]["no_prospect"]["evidence"][0]
    assert (quote["item_id"], quote["quote"]) == ("item_001", "Thank you for calling Harlow Dental.")
    assert made["executive_summary"]["summary"].startswith("A recording was on the line")


def test_a_booked_meeting_was_made_with_somebody() -> None:
    booking = {"tool": "book_sales_meeting", "success": True, "timestamp": "2026-11-20T15:04:30Z"}
    assert reports(RECORDINGS["menu"], tool_calls=[booking])["sales_intelligence"]["no_prospect"] is None


def test_only_golden_calls_that_are_labelled_so_are_no_callers() -> None:
    recogniser = Recogniser(REFERENCE)
    calls = calls_in(GOLDEN)
    taken = [call for call in calls for document in (call.document, recogniser.noisy(call.document)) if _taken(document)]
    assert [call for call in taken if not _no_prospect(call)] == []


def _taken(document: dict[str, Any]) -> bool:
    return reason_of([item["text"] for item in document["transcript"] if item["role"] == "user"]) is not None


def _no_prospect(call: LabelledCall) -> bool:
    sales, outcome = call.gold.sales, call.gold.outcome
    found = (sales.team_size, sales.monthly_volume, sales.budget_authority, *sales.buying_signals, *sales.objections)
    return not any(found) and (outcome.tier, outcome.next_action) == ("Tier 2", "nurture")
