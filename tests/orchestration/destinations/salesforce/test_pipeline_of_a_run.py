"""One ``voice run`` with a CRM ends with the pipeline in the report: opportunities are read, built and reported at once."""

from __future__ import annotations

from orchestration.local_run import run_pending
from orchestration.reports.files import report
from orchestration.reports.kinds import DAILY
from orchestration.warehouse.reader import open_published
from tests.support.destination_calls import CallsAndOrg
from tests.support.documents import START, put, session

EMAIL = "dana@northlight.example"


def test_one_run_shows_the_opportunities_of_its_callers_and_a_second_one_does_nothing(org: CallsAndOrg):
    account = org.org.add("Account", Name="Northlight Legal LLP")
    org.org.add("Contact", FirstName="Dana", LastName="Ortiz", Email=EMAIL, AccountId=account)
    deal = {"StageName": "Proposal", "IsClosed": False, "IsWon": False, "Amount": 3528.0}
    org.org.add("Opportunity", Name="New business", AccountId=account, **deal)
    put(org.platform, session("call_1", user_email=EMAIL, user_name="Dana Ortiz"))
    first = run_pending(org.platform)
    assert first.batches == 2
    text = report(org.platform.settings, DAILY, START.date()).text
    assert "• Pipeline Influenced: $3,528 (1 opportunity)" in text
    with open_published(org.platform.settings) as connection:
        named = connection.execute("select account_name, influenced_by from opportunities").fetchall()
    assert named == [("Northlight Legal LLP", "call_1")]
    second = run_pending(org.platform)
    assert second.batches == 0
    assert [int(str(run.delivered).split(" salesforce")[0]) > 0 for run in (first, second)] == [True, False]
