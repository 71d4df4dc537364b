"""Calls in the CRM: matched, created, updated, related, followed up; never over a person, never twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contract.document.session import SessionDocument
from contract.platform.calendar_words import short_moment
from orchestration.delivery.log import delivery_problems, delivery_totals
from tests.support.destination_calls import CallsAndOrg, recent
from tests.support.lake_samples import NOW, changed, sample_documents


def later(document: SessionDocument, **fields: object) -> SessionDocument:
    """Another call of the same caller, an hour later."""
    hour = timedelta(hours=1)
    times = {"start_time": document.start_time + hour, "end_time": document.end_time and document.end_time + hour}
    return changed(document, session_id=document.session_id + "b", **{**times, **fields})


def test_an_unknown_caller_becomes_a_lead_with_call_and_task(org: CallsAndOrg):
    document = recent(2)[0]
    org.publish([document])
    assert org.sync().failure is None
    [lead] = org.org.live("Lead")
    [call] = org.org.live("Voice_Call__c")
    [task] = org.org.live("Task")
    assert lead["Email"] == document.user_email
    assert lead["Company"] == lead["Email"].split("@")[1]
    assert lead["Qualification_Tier__c"] == "Tier 1 - Sales Ready"
    assert call["Session_Id__c"] == document.session_id == task["Voice_Session_Id__c"]
    assert call["Related_Lead__c"] == lead["Id"] == task["WhoId"]
    assert task["Subject"] == f"Follow up on voice trial call - {document.user_name}"
    assert {user["Id"] for user in org.org.live("User")} >= {task["OwnerId"]}
    assert task["OwnerId"] == lead["Recommended_Owner__c"]


def test_what_is_unchanged_asks_and_sends_nothing(org: CallsAndOrg):
    org.publish(recent(0, 1, 2))
    org.sync()
    before = org.api.requests.copy()
    assert sum(counts.examined for counts in org.sync().counts_by_kind.values()) == 0
    assert org.api.requests == before


def test_a_contact_goes_before_a_lead_and_several_are_reported(org: CallsAndOrg):
    document = recent(2)[0]
    org.org.add("Lead", LastName="Old", Company="X", Email=document.user_email)
    org.org.add("Contact", LastName="First", Email=document.user_email)
    second = org.org.add("Contact", LastName="Second", Email=str(document.user_email).upper())
    org.publish([document])
    org.sync()
    assert org.org.records["Contact"][second]["Lead_Score__c"] is not None
    assert [lead for lead in org.org.live("Lead") if lead.get("Lead_Score__c")] == []
    [call] = org.org.live("Voice_Call__c")
    assert (call["Related_Contact__c"], call["Related_Lead__c"]) == (second, None)


def test_a_converted_lead_is_followed_to_its_contact(org: CallsAndOrg):
    document = recent(2)[0]
    org.publish([document])
    org.sync()
    contact = org.org.convert_lead(org.org.live("Lead")[0]["Id"])
    org.publish([later(document)])
    org.sync()
    org.sync()
    assert len(org.org.live("Lead")) == 1
    calls = org.org.live("Voice_Call__c")
    assert {call["Related_Contact__c"] for call in calls} == {contact}
    assert org.org.records["Contact"][contact]["Last_Voice_Call_Date__c"] == max(call["Call_Date__c"] for call in calls)


def test_what_a_person_typed_is_left_alone_and_listed(org: CallsAndOrg):
    document = recent(2)[0]
    org.publish([document])
    org.sync()
    lead = org.org.live("Lead")[0]["Id"]
    org.org.edit_as_person("Lead", lead, Team_Size__c=42, Next_Best_Action__c=None)
    org.publish([later(document)])
    summary = org.sync()
    record = org.org.records["Lead"][lead]
    assert (record["Team_Size__c"], record["Next_Best_Action__c"]) == (42, None)
    assert record["Last_Voice_Call_Date__c"] > org.org.live("Voice_Call__c")[0]["Call_Date__c"]
    assert summary.counts_by_kind["person"].human_edited_fields == 2
    org.publish([later(later(document))])
    assert org.sync().counts_by_kind["person"].human_edited_fields == 2
    assert org.org.records["Lead"][lead]["Team_Size__c"] == 42


def test_a_meeting_that_is_past_is_no_instruction_any_more(org: CallsAndOrg):
    document = next(d for d in recent(*range(len(sample_documents()))) if d.user_email and any(b.success for b in d.bookings))
    at = NOW + timedelta(days=1)
    tools = [tool.model_copy(update={"meeting_time": at}) if tool in document.bookings else tool for tool in document.tool_calls]
    org.publish([changed(document, tool_calls=tools)])
    org.sync()
    assert str(org.person(str(document.user_email))["Next_Best_Action__c"]).startswith("Hold the booked meeting on ")
    org.platform.settings = org.platform.settings.model_copy(update={"now": at + timedelta(minutes=1)})
    org.sync()
    action = str(org.person(str(document.user_email))["Next_Best_Action__c"])
    assert action == f"Follow up on the meeting of {short_moment(at)}"


def test_what_a_person_typed_before_our_first_call_stays(org: CallsAndOrg):
    document = recent(2)[0]
    lead = org.org.add("Lead", LastName="Known", Company="X", Email=document.user_email, Industry_Vertical__c="Legal")
    org.publish([document])
    org.sync()
    assert org.org.records["Lead"][lead]["Industry_Vertical__c"] == "Legal"
    assert org.org.records["Lead"][lead]["Lead_Score__c"] is not None


def test_an_older_call_never_rolls_a_lead_back(org: CallsAndOrg):
    document = recent(2)[0]
    org.org.add(
        "Lead", LastName="Known", Company="X", Email=document.user_email, Last_Voice_Call_Date__c="2030-01-01T00:00:00.000+0000"
    )
    org.publish([document])
    assert org.sync().counts_by_kind["person"].suppressed == 1
    assert org.org.live("Lead")[0].get("Lead_Score__c") is None


def test_a_correction_updates_the_call_and_makes_no_second_task(org: CallsAndOrg):
    document = recent(2)[0]
    org.publish([document])
    org.sync()
    org.publish([changed(document, revision=2, duration_seconds=600)])
    org.sync()
    [call] = org.org.live("Voice_Call__c")
    assert call["Duration_Minutes__c"] == 10.0
    assert len(org.org.live("Task")) == 1


def test_a_deleted_task_and_a_lost_database_make_no_second_one(org: CallsAndOrg):
    org.publish(recent(2))
    org.sync()
    org.org.delete("Task", org.org.live("Task")[0]["Id"])
    with org.platform.state.writing() as connection:
        connection.exec_driver_sql("delete from delivery_log")
        connection.exec_driver_sql("delete from delivery_sources")
    org.sync()
    assert (len(org.org.live("Task")), len(org.org.live("Lead")), len(org.org.live("Voice_Call__c"))) == (0, 1, 1)


def test_a_deleted_lead_is_not_made_again(org: CallsAndOrg):
    document = recent(2)[0]
    org.publish([document])
    org.sync()
    org.org.delete("Lead", org.org.live("Lead")[0]["Id"])
    org.publish([later(document)])
    assert org.sync().counts_by_kind["person"].suppressed == 1
    assert org.org.live("Lead") == []


def test_a_caller_without_address_has_a_call_and_nothing_else(org: CallsAndOrg):
    org.publish([changed(recent(2)[0], user_email=None, tool_calls=[])])
    org.sync()
    assert (len(org.org.live("Lead")), len(org.org.live("Voice_Call__c")), len(org.org.live("Task"))) == (0, 1, 0)


def test_odd_names_and_addresses_arrive_as_they_are(org: CallsAndOrg):
    document = changed(
        recent(2)[0], user_email="o'brien+trial@bücher.example", user_name="<b>Zoë</b> O'Brien \\ “x”", tool_calls=[]
    )
    org.publish([document])
    org.sync()
    org.publish([later(document)])
    org.sync()
    [lead] = org.org.live("Lead")
    assert lead["Email"] == "o'brien+trial@bücher.example"
    assert (lead["FirstName"], lead["LastName"]) == ("<b>Zoë</b> O'Brien \\", "“x”")


def test_a_transcript_of_any_length_fits_with_a_mark(org: CallsAndOrg):
    document = recent(2)[0]
    long = [item.model_copy(update={"text": item.text + " <i>&" * 40_000}) for item in document.transcript[:2]]
    org.publish([changed(document, transcript=[item.model_dump() for item in long])])
    assert org.sync().failure is None
    transcript = org.org.live("Voice_Call__c")[0]["Transcript__c"]
    assert len(transcript) <= 131_072
    assert "[…]" in transcript
    assert "<i>" not in transcript


def test_a_dry_run_says_what_would_change_and_changes_nothing(org: CallsAndOrg):
    document = recent(2)[0]
    org.publish([document])
    org.sync()
    org.publish([later(document)])
    before = org.api.requests.copy()
    summary = org.sync(dry_run=True)
    assert summary.counts_by_kind["person"].sent == 1
    assert summary.samples[0].before["Last_Voice_Call_Date__c"] != summary.samples[0].fields["Last_Voice_Call_Date__c"]
    written = {name for name in org.api.requests - before if not name.endswith("query")}
    assert written == set()
    assert org.sync().counts_by_kind["person"].sent == 1


def test_turns_go_round_and_survive_a_restart(org: CallsAndOrg):
    documents = [
        changed(d, session_id=f"turn_{n}", user_email=f"caller{n}@firm{n}.example", tool_calls=[])
        for n, d in enumerate(recent(2) * 4)
    ]
    for document in documents:
        org.publish([document])
        org.sync()
    owners = [lead["Recommended_Owner__c"] for lead in org.org.live("Lead")]
    assert owners[:2] == owners[2:]
    assert len(set(owners)) == 2


@pytest.mark.parametrize("fault", ["down", "lost", 503, (429, "1"), (503, "Wed, 21 Oct 2015 07:28:00 GMT")])
def test_a_passing_fault_is_tried_again_at_once(org: CallsAndOrg, fault: str | int | tuple[int, str]):
    org.publish(recent(0, 2))
    for position in (1, 4, 6, 8):
        org.api.faults += [""] * position + [fault]
    assert org.sync().failure is None
    assert (len(org.org.live("Lead")), len(org.org.live("Voice_Call__c")), len(org.org.live("Task"))) == (2, 2, 2)
    assert org.slept


def test_a_destination_that_stays_away_loses_nothing_and_is_left_alone(org: CallsAndOrg):
    org.publish(recent(0, 2))
    org.api.faults = ["down"] * 200
    for _ in range(5):
        assert org.sync().failure is not None
    from orchestration.delivery.failures import CircuitOpen

    with pytest.raises(CircuitOpen):
        org.sync()
    org.api.faults = []
    with org.platform.state.writing() as connection:
        connection.exec_driver_sql("delete from circuits")
    assert org.sync().failure is None
    assert len(org.org.live("Lead")) == 2


def test_the_quota_of_the_org_pauses_everything(org: CallsAndOrg):
    org.publish(recent(2))
    org.api.faults = ["", "limit"]
    assert "allocation" in str(org.sync().failure)
    assert org.slept == []


def test_a_row_that_is_locked_is_tried_again(org: CallsAndOrg):
    document = recent(2)[0]
    org.publish([document])
    org.sync()
    org.org.lock_row(org.org.live("Lead")[0]["Id"], 2)
    org.publish([later(document)])
    assert org.sync().counts_by_kind["person"].sent == 1
    assert org.slept == [1, 2]


def test_an_expired_session_is_renewed(org: CallsAndOrg):
    document = recent(2)[0]
    org.publish([document])
    org.sync()
    org.api.expire_sessions()
    org.publish([later(document)])
    assert org.sync().failure is None


def test_one_bad_row_is_parked_and_the_rest_goes_on(org: CallsAndOrg):
    org.publish(recent(0, 1, 2))
    del org.org.fields["Lead"]["Team_Size__c"]["precision"]  # type: ignore[attr-defined]
    org.org.fields["Lead"]["Team_Size__c"] = {"type": "Number", "precision": 1, "scale": 1}
    summary = org.sync()
    parked = summary.counts_by_kind["person"].parked
    assert parked > 0
    assert summary.counts_by_kind["person"].sent == 3 - parked
    assert delivery_problems(org.platform.state)[0]["code"] == "NUMBER_OUTSIDE_VALID_RANGE"
    for total in delivery_totals(org.platform.state):
        states = ("sent", "pending", "parked", "suppressed", "superseded", "unknown")
        assert total["eligible"] == sum(total[state] for state in states)


@pytest.mark.parametrize("fault", ["down", "lost", 500, "limit"])
def test_a_bulk_job_that_ends_badly_is_due_again(org: CallsAndOrg, monkeypatch: pytest.MonkeyPatch, fault: str | int):
    """The requests before the job: sign-in, two of colleagues, contacts, leads, new leads."""
    monkeypatch.setattr("orchestration.destinations.salesforce.bulk.ROWS", 1)
    org.publish(recent(0, 2))
    for position in (7, 8, 9):
        with org.platform.state.writing() as connection:
            connection.exec_driver_sql("delete from circuits")
        org.api.faults = [""] * (position if not org.org.live("Lead") else position - 6) + [fault]
        org.sync()
    org.api.faults = []
    with org.platform.state.writing() as connection:
        connection.exec_driver_sql("delete from circuits")
    assert org.sync().failure is None
    assert sorted(call["Session_Id__c"] for call in org.org.live("Voice_Call__c")) == sorted(d.session_id for d in recent(0, 2))


def test_over_two_thousand_rows_go_by_bulk_jobs(org: CallsAndOrg, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("orchestration.destinations.salesforce.bulk.ROWS", 1)
    documents = recent(0, 1, 2)
    org.publish(documents)
    assert org.sync().failure is None
    org.publish([later(document) for document in documents])
    assert org.sync().failure is None
    assert org.api.requests["Voice_Call__c bulk"] == 2
    assert org.api.requests["Lead bulk"] == 1
    assert len(org.org.live("Voice_Call__c")) == 6
    assert sorted(lead["Last_Voice_Call_Date__c"] for lead in org.org.live("Lead")) == sorted(
        call["Call_Date__c"] for call in org.org.live("Voice_Call__c") if call["Session_Id__c"].endswith("b")
    )
