"""What was only spoken in a booking is kept beside the caller and identifies nobody, also in a home of an earlier release."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from contract.document.keys import session_key
from contract.document.session import SessionDocument
from orchestration.intake import reading
from orchestration.intake.lead_identity import LeadIdentity, lead_identity
from orchestration.intake.outdated_readings import reread_outdated
from orchestration.state.tables import DOCUMENTS
from tests.support.builds import rows
from tests.support.kept_builds import built
from tests.support.lake_samples import SECRET, Lake, changed, sample_documents

VICTIM = "victim@northlight.example"


def booking(email: str, *, success: bool = True) -> dict[str, Any]:
    return {"tool": "book_sales_meeting", "customer_email": email, "customer_name": " Vic Tim ", "success": success}


def call(session_id: str, hours: int, **fields: object) -> SessionDocument:
    document = sample_documents()[0]
    start = document.start_time + timedelta(hours=hours)
    times = {"start_time": start, "end_time": start + timedelta(minutes=3)}
    return changed(document, session_id=session_id, **{**times, "user_email": None, "user_name": None, "tool_calls": [], **fields})


def identity_of_an_earlier_release(document: SessionDocument, secret: bytes) -> LeadIdentity:
    """A booking's address stood in for the participant's."""
    emails = [b.customer_email.lower() for b in document.bookings if b.success and b.customer_email]
    known = changed(document, user_email=document.user_email or next(iter(emails), None))
    return lead_identity(known, secret)


STRANGER = [
    call("stranger_1", 0, participant_id="PA_stranger", tool_calls=[booking("other@firm.example", success=False)]),
    call("stranger_2", 1, participant_id="PA_stranger", tool_calls=[booking(f" {VICTIM.upper()} ")]),
    call("stranger_3", 2, participant_id="PA_stranger"),
]
VICTIMS_OWN = call("victims_own", 3, participant_id="PA_victim", user_email=VICTIM, tool_calls=[booking("colleague@firm.example")])
LEADS = "select email, name, booking_email, booking_name, company, total_calls from leads order by total_calls"
RIGHT = [
    (VICTIM, None, "colleague@firm.example", "Vic Tim", "northlight.example", 1),
    (None, None, VICTIM, "Vic Tim", None, 3),
]


def test_calls_of_one_participant_are_one_lead_and_an_own_address_stands_before_a_spoken_one(lake: Lake):
    lake.analyse([*STRANGER, VICTIMS_OWN])
    built(lake)
    assert rows(lake.settings, LEADS) == RIGHT
    scored = "select count(*) from lead_scores where lead_key = (select lead_key from leads where email is null)"
    assert rows(lake.settings, scored) == rows(
        lake.settings, "select count(lead_score) from sessions where participant_id = 'PA_stranger'"
    )


def of_an_earlier_release(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(reading, "lead_identity", identity_of_an_earlier_release)
        lake.analyse([*STRANGER, VICTIMS_OWN])
    with lake.state.writing() as connection:
        connection.exec_driver_sql("update documents set reading_version = null")


def test_a_call_whose_object_the_store_has_lost_is_not_read_again(lake: Lake, monkeypatch: pytest.MonkeyPatch):
    of_an_earlier_release(lake, monkeypatch)
    assert reread_outdated(lake.store, lake.state) == 0
    with lake.state.reading() as connection:
        assert set(connection.execute(select(DOCUMENTS.c.state)).scalars()) == {"analysed"}


def test_a_home_of_an_earlier_release_is_keyed_again(lake: Lake, monkeypatch: pytest.MonkeyPatch):
    of_an_earlier_release(lake, monkeypatch)
    for document in STRANGER:
        lake.store.put(session_key(document.session_id, document.start_time), b"{}")
    built(lake)
    assert rows(lake.settings, "select total_calls from leads where email is not null") == [(2,)], "as it was"
    assert reread_outdated(lake.store, lake.state) == 1
    assert reread_outdated(lake.store, lake.state) == 0
    c = DOCUMENTS.c
    with lake.state.reading() as connection:
        pending = connection.execute(select(c.session_id).where(c.state == "discovered")).scalars().all()
    assert pending == ["stranger_2"]
    lake.analyse([STRANGER[1]])
    built(lake)
    assert rows(lake.settings, LEADS) == RIGHT
    assert lead_identity(STRANGER[1], SECRET) == lead_identity(STRANGER[0], SECRET)
