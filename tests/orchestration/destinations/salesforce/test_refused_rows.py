"""What an org refuses is saved where its rule only alerts, or parked with the fields it named and advice that fits."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from orchestration.delivery.log import delivery_problems
from orchestration.destinations.salesforce.row_result import ADVICE, result_of_bulk_error, row_result
from tests.support.destination_calls import CallsAndOrg
from tests.support.lake_samples import NOW
from tests.support.warehouse_rows import WarehouseRows

ANSWERS = json.loads(Path(__file__).with_name("salesforce_answers.json").read_text(encoding="utf-8"))
CALLER = "ana@firm.example"
LATER = NOW - timedelta(hours=1)


@pytest.fixture
def warehouse(org: CallsAndOrg) -> WarehouseRows:
    warehouse = WarehouseRows(org.platform.settings)
    warehouse.call("s1", CALLER, NOW - timedelta(hours=3), team=40)
    return warehouse


def parked_reason(org: CallsAndOrg) -> str:
    summary = org.sync()
    assert summary.counts_by_kind["person"].parked == 1
    [problem] = delivery_problems(org.platform.state)
    return str(problem["reason"])


def test_the_answers_of_a_real_org_are_those_that_are_tested_here():
    duplicate, required = ANSWERS
    assert "Sforce-Duplicate-Rule-Header: allowSave=true" in duplicate["right"]
    assert "REQUIRED_FIELD_MISSING" in required["when"]
    assert "Region__c" in required["when"]


@pytest.mark.usefixtures("warehouse")
def test_a_duplicate_rule_that_alerts_lets_a_new_caller_through(org: CallsAndOrg):
    org.org.add("Lead", LastName="Bo", Company="Another", Email="other@firm.example")
    org.org.duplicate_rules["Lead"] = "Allow"
    assert org.sync().counts_by_kind["person"].sent == 1
    assert len(org.org.live("Lead")) == 2
    assert [task["WhoId"] for task in org.org.live("Task")] == [org.person(CALLER)["Id"]]


def test_a_duplicate_rule_that_alerts_lets_an_update_through(org: CallsAndOrg, warehouse: WarehouseRows):
    org.sync()
    org.org.add("Lead", LastName="Bo", Company="Another", Email="other@firm.example")
    org.org.duplicate_rules["Lead"] = "Allow"
    warehouse.call("s2", CALLER, LATER, team=41)
    org.sync()
    assert org.person(CALLER)["Team_Size__c"] == 41


@pytest.mark.usefixtures("warehouse")
def test_a_duplicate_rule_that_blocks_parks_with_advice(org: CallsAndOrg):
    org.org.add("Lead", LastName="Bo", Company="Another", Email="other@firm.example")
    org.org.duplicate_rules["Lead"] = "Block"
    assert parked_reason(org) == ADVICE["DUPLICATES_DETECTED"]


@pytest.mark.usefixtures("warehouse")
def test_a_field_that_the_org_requires_is_named(org: CallsAndOrg):
    org.org.required["Lead"] += ("Region__c",)
    assert parked_reason(org) == f"REQUIRED_FIELD_MISSING (Region__c): {ADVICE['REQUIRED_FIELD_MISSING']}"


@pytest.mark.usefixtures("warehouse")
def test_a_company_that_an_org_of_person_accounts_refuses_is_named(org: CallsAndOrg):
    org.org.read_only["Lead"] = ("Company",)
    advice = ADVICE["INVALID_FIELD_FOR_INSERT_UPDATE Company"]
    assert parked_reason(org) == f"INVALID_FIELD_FOR_INSERT_UPDATE (Company): {advice}"


def test_the_contact_of_a_person_account_is_parked_with_the_field(org: CallsAndOrg, warehouse: WarehouseRows):
    org.org.add("Contact", LastName="Bo", Email=CALLER)
    org.org.read_only["Contact"] = ("Team_Size__c",)
    reason = parked_reason(org)
    assert reason.startswith("INVALID_FIELD_FOR_INSERT_UPDATE (Team_Size__c): ")
    assert "person account" in reason


@pytest.mark.usefixtures("warehouse")
def test_a_value_that_a_restricted_picklist_lacks_is_not_repeated_but_its_field_is(org: CallsAndOrg):
    spec = org.org.fields["Lead"]["Qualification_Tier__c"]
    org.org.fields["Lead"]["Qualification_Tier__c"] = {**spec, "values": ["Another"]}
    reason = parked_reason(org)
    assert reason.startswith("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST (Qualification_Tier__c): ")
    assert "Tier 1 - Sales Ready" not in reason


def test_a_field_of_a_bulk_job_is_named_too(org: CallsAndOrg, warehouse: WarehouseRows, monkeypatch: pytest.MonkeyPatch):
    warehouse.call("s0", "bea@firm.example", NOW - timedelta(hours=3), team=6)
    org.sync()
    monkeypatch.setattr("orchestration.destinations.salesforce.bulk.ROWS", 1)
    spec = org.org.fields["Lead"]["Team_Size__c"]
    org.org.fields["Lead"]["Team_Size__c"] = {**spec, "precision": 1, "scale": 0}
    warehouse.call("s2", CALLER, LATER, team=41)
    warehouse.call("s3", "bea@firm.example", LATER, team=7)
    assert parked_reason(org).startswith("NUMBER_OUTSIDE_VALID_RANGE (Team_Size__c): ")


def test_a_message_or_a_value_never_gets_into_a_reason():
    odd = {"errors": [{"statusCode": "STRING_TOO_LONG", "message": "Ana Bo", "fields": ["Email", "ana@firm.example", "Ana Bo"]}]}
    assert row_result(odd).fields == ("Email",)
    assert result_of_bulk_error("STRING_TOO_LONG:data value too large: a@x.example: (max):Email --").fields == ("Email",)
    assert result_of_bulk_error("UNABLE_TO_LOCK_ROW:unable to obtain exclusive access:--").passing
    assert row_result({"errors": [{"statusCode": "NEW_CODE", "fields": ["A__c"]}]}).reason.startswith(
        "Salesforce answered NEW_CODE (A__c): "
    )
