"""The sandbox's page reads like a salesperson's record: labels, names of owners, links that work, nothing that runs."""

from __future__ import annotations

import re

import pytest

from tests.fakes.salesforce.org import Org
from tests.fakes.salesforce.page import org_page
from tests.fakes.sandbox import add_customers, staffed_org

CALLED = "2026-11-16T17:05:51.000+0000"
KINDS = ("Lead", "Contact", "Account", "Opportunity", "Task", "Voice_Call__c")


@pytest.fixture
def org() -> Org:
    org = staffed_org()
    add_customers(org)
    owner = org.live("User")[-1]["Id"]
    lead = org.add(
        "Lead", FirstName="Dana", LastName="Ortiz", Company="<b>Northlight</b>", Email="dana@northlight.example", OwnerId=owner,
        Lead_Score__c=87, Next_Best_Action__c="Call with a quote", Integration_Needs__c="Salesforce;Okta",
        Recommended_Owner__c=owner, Lead_Score_Breakdown__c='{"total":87}', Last_Voice_Call_Date__c=CALLED,
    )  # fmt: skip
    text = f"Record:\nhttp://127.0.0.1:4321/{lead}\n\nTranscript:\nhttps://voice.example/calls/s1"
    org.add("Task", Subject="Follow up", Description=text, WhoId=lead, OwnerId=owner, ActivityDate="2026-11-17", Priority="High")
    said = "<p><b>Caller</b> [00:07]: a &lt;i&gt; &amp; c</p>"
    org.add(
        "Voice_Call__c", Session_Id__c="s1", Transcript__c=said, Related_Lead__c=lead, Call_Date__c="2026-11-16T17:05:51.000+0000"
    )
    return org


def test_every_link_within_the_page_leads_to_a_record_on_it(org: Org):
    page = org_page(org)
    linked = set(re.findall(r'href="#(\w+)"', page))
    assert linked <= set(re.findall(r'id="(\w+)"', page))
    assert len(linked) == sum(
        len(org.live(kind)) for kind in ("Lead", "Contact", "Account", "Opportunity", "Task", "Voice_Call__c")
    )
    assert not re.findall(r'href="/', page)


def test_an_address_of_a_record_is_a_link_to_it_by_its_name_and_another_address_stays(org: Org):
    page, [lead] = org_page(org), org.live("Lead")
    assert "127.0.0.1" not in page
    assert f'Record:\n<a href="#{lead["Id"]}">Dana Ortiz</a>' in page
    assert '<a href="https://voice.example/calls/s1">' in page


def test_fields_have_labels_and_people_have_names(org: Org):
    page = org_page(org)
    for label in ("Next Best Action", "Integration Needs", "Due Date", "Account Name", "Recommended Owner"):
        assert f'<span class="label">{label}</span>' in page
    assert "__c" not in page
    assert not re.findall(r">\s*005\w{15}\s*<", page)
    assert "Salesforce, Okta" in page
    assert "16 Nov 2026, 17:05 UTC" in page


def test_what_callers_say_is_shown_and_never_becomes_a_part_of_the_page(org: Org):
    page = org_page(org)
    assert "&lt;b&gt;Northlight&lt;/b&gt;" in page
    assert "Caller [00:07]: a &lt;i&gt; &amp; c" in page


def test_the_sandbox_has_opportunities_of_callers_with_owners(org: Org):
    deals = org.live("Opportunity")
    assert deals
    assert all(deal["Amount"] and deal["OwnerId"] and not deal["IsClosed"] for deal in deals)
    assert {deal["AccountId"] for deal in deals} <= {contact["AccountId"] for contact in org.live("Contact")}
