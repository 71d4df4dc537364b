"""Reasons against buying, however they are put, and whether the caller took the answer."""

from __future__ import annotations

import pytest

from analyzers.language.annotations import SpanType
from tests.analyzers.language.embedded_calls import found

TALK = ("A: Hello, is it okay that this is transcribed?", "U: Sure.", "A: What do you do?", "U: We rent out boats.")


def objections(*turns: str) -> list[tuple[object, object, object]]:
    spans = [s for s in found(SpanType.OBJECTION, *TALK, *turns) if s.polarity == "affirmed"]
    return [(s.attributes["category"], s.attributes["severity"], s.attributes["resolved"]) for s in spans]


@pytest.mark.parametrize(
    ("agent", "caller", "category", "severity"),
    [
        ("Tell me more.", "If it doesn't take deposits, we can't use it.", "features", "blocker"),
        ("Tell me more.", "It must run on the old tablets, otherwise the crew won't touch it.", "features", "blocker"),
        ("Where would it live?", "Why should I trust you with our contracts?", "trust", "blocker"),
        ("It is forty dollars a seat.", "Hmm, that's two full tanks of diesel.", "pricing", "concern"),
        ("When would you decide?", "We can't sign anything until the audit is over.", "timing", "blocker"),
        ("When would you decide?", "I'm booked solid, so ask me in spring.", "timing", "concern"),
    ],
)
def test_an_objection_has_its_category_and_severity(agent: str, caller: str, category: str, severity: str) -> None:
    assert [(c, s) for c, s, _ in objections(f"A: {agent}", f"U: {caller}")] == [(category, severity)]


@pytest.mark.parametrize(
    ("agent", "caller"),
    [
        ("Would Tuesday at nine suit you?", "Not before ten, please."),
        ("What do you use now?", "DocuSign, and it's far too expensive."),
        ("It is forty dollars.", "Fine, that's less than two tanks of diesel."),
        ("Anything else?", "If I don't give them notice, I'm stuck for a year."),
    ],
)
def test_the_hour_of_a_call_and_other_products_are_no_objections(agent: str, caller: str) -> None:
    assert objections(f"A: {agent}", f"U: {caller}") == []


def test_what_works_after_all_is_resolved_when_the_caller_does_not_object() -> None:
    need = "U: If it can't sync with the ledger, we can't use it."
    assert objections(need, "A: It does, through our ledger integration.", "U: Good. And reminders?")[0][2] is True
    assert objections(need, "A: It does, through our ledger integration.", "U: Hmm, I'm not convinced.")[0][2] is False
    assert objections(need, "A: I'll ask a specialist to confirm that.", "U: Okay.")[0][2] is False
