"""An address that was only spoken in a booking identifies nobody: it makes a Lead at most, and changes no record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchestration.delivery.log import deliveries_of
from orchestration.destinations.salesforce.settings import SalesforceSettings
from orchestration.destinations.salesforce.spoken_address import IN_USE, MADE_GONE
from tests.support.destination_calls import CallsAndOrg
from tests.support.lake_samples import NOW
from tests.support.warehouse_rows import WarehouseRows

VICTIM = "victim@northlight.example"
EARLIER = NOW - timedelta(hours=5)
LATER = NOW - timedelta(hours=1)


@pytest.fixture
def warehouse(org: CallsAndOrg) -> WarehouseRows:
    return WarehouseRows(org.platform.settings)


@pytest.mark.parametrize("sobject", ["Lead", "Contact"])
def test_a_caller_who_books_for_another_person_changes_no_field_of_their_record(
    org: CallsAndOrg, warehouse: WarehouseRows, sobject: str
):
    company = {"Company": "Northlight"} if sobject == "Lead" else {}
    victim = org.org.add(sobject, LastName="Victim", Email=VICTIM.upper(), Team_Size__c=3, OwnerId=org.org.person_id, **company)
    before = dict(org.org.records[sobject][victim])
    warehouse.call_without_address("s1", "PA_stranger", VICTIM, LATER, team=40)
    assert org.sync().failure is None
    assert org.org.records[sobject][victim] == before
    assert len(org.org.live("Lead")) + len(org.org.live("Contact")) == 1
    [call] = org.org.live("Voice_Call__c")
    assert (call.get("Related_Lead__c"), call.get("Related_Contact__c")) == (None, None)


def test_a_person_is_asked_to_look_at_a_spoken_address_that_a_record_has(org: CallsAndOrg, warehouse: WarehouseRows):
    org.org.add("Lead", LastName="Victim", Company="Northlight", Email=VICTIM)
    warehouse.call_without_address("s1", "PA_stranger", VICTIM, LATER, team=40)
    org.sync()
    [task] = org.org.live("Task")
    assert task["WhoId"] is None
    assert task["Subject"] == "Follow up on voice trial call - Ana Bo"
    assert f"{VICTIM} (spoken in the call, not verified)" in task["Description"]
    reasons = [item["reason"] for item in deliveries_of(org.platform.state, "s1") if item["kind"] == "person"]
    assert reasons == [IN_USE]


def test_a_spoken_address_that_nobody_has_makes_one_lead_which_later_calls_leave_alone(org: CallsAndOrg, warehouse: WarehouseRows):
    warehouse.call_without_address("s1", "PA_stranger", "new@firm.example", EARLIER, team=40)
    org.sync()
    [lead] = org.org.live("Lead")
    assert (lead["Email"], lead["FirstName"], lead["Team_Size__c"]) == ("new@firm.example", "Ana", 40)
    org.org.edit_as_person("Lead", lead["Id"], Company="Edited")
    before = dict(org.org.records["Lead"][lead["Id"]])
    warehouse.call_without_address("s2", "PA_stranger", None, LATER, team=2)
    warehouse.call_without_address("s3", "PA_other", "new@firm.example", LATER, team=9)
    assert org.sync().failure is None
    assert org.org.live("Lead") == [before]
    related = {call["Session_Id__c"]: call.get("Related_Lead__c") for call in org.org.live("Voice_Call__c")}
    assert related == {"s1": lead["Id"], "s2": lead["Id"], "s3": None}


def test_a_lead_made_from_a_spoken_address_and_converted_since_gets_no_more_tasks(org: CallsAndOrg, warehouse: WarehouseRows):
    warehouse.call_without_address("s1", "PA_stranger", "new@firm.example", EARLIER, team=40)
    org.sync()
    contact = org.org.convert_lead(org.org.live("Lead")[0]["Id"])
    before = dict(org.org.records["Contact"][contact])
    warehouse.call_without_address("s2", "PA_stranger", "new@firm.example", LATER, team=50)
    org.sync()
    assert org.org.records["Contact"][contact] == before
    by_session = {task["Voice_Session_Id__c"]: task["WhoId"] for task in org.org.live("Task")}
    assert by_session["s2"] is None
    assert MADE_GONE in [item["reason"] for item in deliveries_of(org.platform.state, "s2")]


def test_who_is_known_by_the_address_gets_the_lead_that_a_stranger_made_of_it(org: CallsAndOrg, warehouse: WarehouseRows):
    warehouse.call_without_address("s1", "PA_stranger", VICTIM, EARLIER, team=40)
    org.sync()
    warehouse.call("s2", VICTIM, EARLIER + timedelta(hours=1), team=7)
    org.sync()
    warehouse.call_without_address("s3", "PA_stranger", VICTIM, LATER, team=90)
    org.sync()
    [lead] = org.org.live("Lead")
    assert lead["Team_Size__c"] == 7
    by_session = {task["Voice_Session_Id__c"]: task["WhoId"] for task in org.org.live("Task")}
    assert by_session == {"s1": lead["Id"], "s2": lead["Id"], "s3": None}


def test_of_two_callers_at_once_the_one_who_is_known_by_the_address_makes_the_lead(org: CallsAndOrg, warehouse: WarehouseRows):
    warehouse.call_without_address("s1", "PA_a", VICTIM, EARLIER, team=40)
    warehouse.call_without_address("s2", "PA_b", VICTIM, EARLIER, team=50)
    warehouse.call("s3", VICTIM, LATER, team=7)
    assert org.sync().failure is None
    assert [lead["Team_Size__c"] for lead in org.org.live("Lead")] == [7]


def test_without_leave_to_make_leads_a_spoken_address_makes_only_a_task(org: CallsAndOrg, warehouse: WarehouseRows):
    settings = org.platform.settings_of(SalesforceSettings)
    org.platform._of_vendors[SalesforceSettings] = settings.model_copy(update={"create_leads": False})  # pyright: ignore[reportPrivateUsage]
    warehouse.call_without_address("s1", "PA_stranger", "new@firm.example", LATER, team=40)
    org.sync()
    assert org.org.live("Lead") == []
    assert [task["WhoId"] for task in org.org.live("Task")] == [None]
