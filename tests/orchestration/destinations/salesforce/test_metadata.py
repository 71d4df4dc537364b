"""What is deployed is what is declared; the vendor's command and a live org are told apart from what we think of them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as xml

import pytest
from typer.testing import CliRunner

from contract.reference import Reference
from orchestration.cli.commands import commands
from orchestration.destinations.salesforce.destination import salesforce_client
from orchestration.destinations.salesforce.fields import SalesforceFields
from orchestration.destinations.salesforce.inbound import extract_opportunities
from orchestration.destinations.salesforce.metadata import FOLDER, NAMESPACE, files
from orchestration.doctor import check_up
from tests.support.builds import build, rows
from tests.support.destination_calls import CallsAndOrg, recent


def declared() -> SalesforceFields:
    return Reference().table(SalesforceFields)


def test_what_is_committed_is_what_is_generated():
    """Write it anew with ``python -m orchestration.destinations.salesforce.metadata``."""
    there = {str(path.relative_to(FOLDER)): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*-meta.xml")}
    assert there == files(declared())


def test_names_and_lengths_are_within_the_vendors_limits():
    for field in (*declared().person, *declared().call, *declared().task):
        assert len(field.label) <= 40
        assert len(field.api_name) <= 43
        assert len(field.help) <= 510
        assert all(len(value) <= 255 for value in field.values)


def test_the_permission_set_may_delete_nothing_and_covers_every_field():
    text = files(declared())["permissionsets/Voice_Integration.permissionset-meta.xml"]
    tree = xml.fromstring(text)
    assert {one.text for one in tree.iter(f"{{{NAMESPACE}}}allowDelete")} == {"false"}
    assert {one.text for one in tree.iter(f"{{{NAMESPACE}}}modifyAllRecords")} == {"false"}
    covered = {one.text for one in tree.iter(f"{{{NAMESPACE}}}field")}
    assert covered == {f"{name}.{f.api_name}" for name, listed in declared().by_object.items() for f in listed if not f.required}


def test_the_check_up_compares_the_org(org: CallsAndOrg):
    [good] = [finding for finding in check_up(org.lake.settings) if finding.subject == "salesforce"]
    assert good.ok, good.found
    del org.org.fields["Lead"]["Team_Size__c"]
    org.org.fields["Contact"]["Urgency_Level__c"] = {"type": "Picklist", "values": ["High"]}
    [bad] = [finding for finding in check_up(org.lake.settings) if finding.subject == "salesforce"]
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


def test_without_the_vendors_command_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(commands, ["provision", "salesforce"])
    assert "sf) is not installed" in str(result.exception)


def test_opportunities_of_callers_come_into_the_warehouse(org: CallsAndOrg):
    org.publish(recent(2))
    org.sync()
    org.org.convert_lead(org.org.live("Lead")[0]["Id"])
    stranger = org.org.add("Account", Name="Stranger")
    org.org.add("Opportunity", Name="No caller", AccountId=stranger, StageName="Prospecting", IsClosed=False, IsWon=False)
    client = salesforce_client(org.platform.settings, org.platform.state)
    assert extract_opportunities(org.platform, client).opportunities == 1
    build(org.lake)
    [(stage, closed)] = rows(org.lake.settings, "select stage, is_closed from opportunities")
    assert (stage, closed) == ("Prospecting", False)
    [opportunity] = [o for o in org.org.live("Opportunity") if o["AccountId"] != stranger]
    won = {"StageName": "Closed Won", "IsClosed": True, "IsWon": True, "Amount": 3528.0, "CloseDate": "2026-12-01"}
    org.org.edit_as_person("Opportunity", opportunity["Id"], **won)
    extract_opportunities(org.platform, client)
    extract_opportunities(org.platform, client)
    org.publish([recent(2)[0].model_copy(update={"revision": 2})])
    assert rows(org.lake.settings, "select stage, is_won, amount from opportunities") == [("Closed Won", True, 3528.0)]
