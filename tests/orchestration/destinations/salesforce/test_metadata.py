"""What is deployed is what is declared; the vendor's command and a live org are told apart from what we think of them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as xml

import pytest
from typer.testing import CliRunner

from contract.platform.failures import PermanentFailure
from contract.reference import Reference
from orchestration.cli.commands import commands
from orchestration.destinations.salesforce.destination import salesforce_client
from orchestration.destinations.salesforce.fields import SalesforceFields
from orchestration.destinations.salesforce.inbound import extract_opportunities
from orchestration.destinations.salesforce.metadata import FOLDER, NAMESPACE, files
from orchestration.doctor import check_up
from orchestration.state.builds import latest_change
from tests.support.builds import build, rows
from tests.support.destination_calls import CallsAndOrg, recent


def declared() -> SalesforceFields:
    return Reference().table(SalesforceFields)


def test_what_is_committed_is_what_is_generated():
    """Write it again with ``python -m orchestration.destinations.salesforce.metadata``."""
    there = {str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*-meta.xml")}
    assert there == files(declared())


def test_names_and_lengths_are_within_the_vendors_limits():
    for field in (*declared().person, *declared().call, *declared().task):
        assert len(field.label) <= 40
        assert len(field.api_name) <= 43
        assert len(field.help) <= 510
        assert all(len(value) <= 255 for value in field.values)


def permission_set(name: str) -> xml.Element:
    return xml.fromstring(files(declared())[f"permissionsets/{name}.permissionset-meta.xml"])


def texts(tree: xml.Element, name: str) -> set[str | None]:
    return {one.text for one in tree.iter(f"{{{NAMESPACE}}}{name}")}


def deployed_fields() -> set[str]:
    return {f"{name}.{f.api_name}" for name, listed in declared().by_object.items() for f in listed if not f.required}


def editable_fields(tree: xml.Element) -> set[str | None]:
    permissions = tree.iter(f"{{{NAMESPACE}}}fieldPermissions")
    return {one.findtext(f"{{{NAMESPACE}}}field") for one in permissions if one.findtext(f"{{{NAMESPACE}}}editable") == "true"}


def test_the_integration_user_may_delete_nothing_and_reads_and_writes_every_field_of_a_sync():
    tree = permission_set("Voice_Integration")
    assert texts(tree, "allowDelete") == {"false"}
    assert texts(tree, "modifyAllRecords") == {"false"}
    read = {"Contact.AccountId", "Contact.Email", "Opportunity.AccountId", "Opportunity.Amount"}
    written = {"Lead.Email", "Task.ActivityDate", "Task.Description", "Task.WhoId"}
    written |= {f"{person}.{opt_out}" for person in ("Contact", "Lead") for opt_out in ("DoNotCall", "HasOptedOutOfEmail")}
    assert texts(tree, "field") == deployed_fields() | read | written
    assert editable_fields(tree) == (deployed_fields() | written) - {"Voice_Call__c.Related_To__c"}


def test_salespeople_see_every_deployed_field_and_the_calls_and_change_nothing():
    tree = permission_set("Voice_Sales")
    assert tree.findtext(f"{{{NAMESPACE}}}label") == "Voice Sales"
    assert texts(tree, "field") == deployed_fields()
    assert texts(tree, "readable") == {"true"}
    assert texts(tree, "object") == {"Voice_Call__c"}
    assert (texts(tree, "tab"), texts(tree, "visibility")) == ({"Voice_Call__c"}, {"Visible"})
    assert texts(tree, "allowRead") == {"true"}
    for right in ("editable", "allowCreate", "allowEdit", "allowDelete", "modifyAllRecords", "viewAllRecords"):
        assert texts(tree, right) == {"false"}
    assert not texts(tree, "userPermissions")


def test_no_permission_is_declared_for_a_standard_field_that_the_vendor_requires():
    required = {"Lead.LastName", "Lead.Company", "Opportunity.StageName", "Opportunity.CloseDate", "Task.Status", "Task.Priority"}
    assert not required & texts(permission_set("Voice_Integration"), "field")


def test_the_check_up_compares_the_org(org: CallsAndOrg):
    [good] = [finding for finding in check_up(org.platform) if finding.subject == "salesforce"]
    assert good.ok, good.found
    del org.org.fields["Lead"]["Team_Size__c"]
    org.org.fields["Contact"]["Urgency_Level__c"] = {"type": "Picklist", "values": ["High"]}
    [bad] = [finding for finding in check_up(org.platform) if finding.subject == "salesforce"]
    assert not bad.ok
    assert "Lead.Team_Size__c is missing" in bad.found
    assert "Contact.Urgency_Level__c lacks 2 values" in bad.found


SF = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in
  *deploy*) echo '{"status": 0, "result": {"numberComponentsDeployed": 61, "details": {"componentFailures": []}}}';;
  *) echo '{"status": 0, "result": {}}';;
esac
"""
REFUSING = """#!/bin/sh
echo '{"status": 1, "result": {"details": {"componentFailures": [{"fullName": "Lead.X__c", "problem": "no such type"}]}}}'
"""


@pytest.fixture
def sf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the vendor's command, first on the path."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("VOICE_SALESFORCE_USERNAME", "integration@org.example")
    command = tmp_path / "sf"
    command.write_text(SF)
    command.chmod(0o755)
    return command


def test_provisioning_deploys_and_assigns(sf: Path):
    result = CliRunner().invoke(commands, ["provision", "salesforce", "--target-org", "staging"])
    assert result.exit_code == 0, result.output
    calls = (sf.parent / "calls").read_text().splitlines()
    assert "project deploy start --source-dir force-app --target-org staging --json" in calls[0]
    assert "Voice_Integration --on-behalf-of integration@org.example" in calls[1]


def test_what_the_org_refuses_is_shown(sf: Path):
    sf.write_text(REFUSING)
    result = CliRunner().invoke(commands, ["provision", "salesforce", "--dry-run"])
    assert result.exit_code == 1
    assert "no such type" in result.output


def test_a_single_refusal_which_the_command_gives_without_a_list_is_shown(sf: Path):
    sf.write_text(REFUSING.replace("[{", "{").replace("}]", "}"))
    result = CliRunner().invoke(commands, ["provision", "salesforce", "--dry-run"])
    assert isinstance(result.exception, PermanentFailure)
    assert "Lead.X__c: no such type" in result.output


def test_without_the_vendors_command_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(commands, ["provision", "salesforce"])
    assert "sf) is not installed" in str(result.exception)


def test_new_opportunities_make_a_build_due_and_the_same_ones_read_again_do_not(org: CallsAndOrg):
    org.publish(recent(2))
    org.sync()
    org.org.convert_lead(org.org.live("Lead")[0]["Id"])
    client, changes = salesforce_client(org.platform), [change(org)]
    for _ in range(2):
        extract_opportunities(org.platform, client)
        changes.append(change(org))
    assert changes[1] > changes[0]
    assert changes[2] == changes[1]


def change(org: CallsAndOrg) -> int:
    with org.platform.state.reading() as connection:
        return latest_change(connection)


def test_opportunities_of_callers_come_into_the_warehouse(org: CallsAndOrg):
    org.publish(recent(2))
    org.sync()
    org.org.convert_lead(org.org.live("Lead")[0]["Id"])
    stranger = org.org.add("Account", Name="Stranger")
    org.org.add("Opportunity", Name="No caller", AccountId=stranger, StageName="Prospecting", IsClosed=False, IsWon=False)
    client = salesforce_client(org.platform)
    assert extract_opportunities(org.platform, client).opportunities == 1
    build(org.lake)
    found = rows(org.lake.settings, "select stage, is_closed, account_name from opportunities")
    assert found == [("Prospecting", False, recent(2)[0].user_email.partition("@")[2])]
    [opportunity] = [o for o in org.org.live("Opportunity") if o["AccountId"] != stranger]
    won = {"StageName": "Closed Won", "IsClosed": True, "IsWon": True, "Amount": 3528.0, "CloseDate": "2026-12-01"}
    org.org.edit_as_person("Opportunity", opportunity["Id"], **won)
    extract_opportunities(org.platform, client)
    extract_opportunities(org.platform, client)
    org.publish([recent(2)[0].model_copy(update={"revision": 2})])
    assert rows(org.lake.settings, "select stage, is_won, amount from opportunities") == [("Closed Won", True, 3528.0)]
