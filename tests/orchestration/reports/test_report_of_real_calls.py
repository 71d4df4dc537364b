"""From documents in the store to the report, with nothing in between replaced."""

import hmac
from datetime import timedelta

from contract.document.keys import session_key
from orchestration.intake.lead_identity import pseudonym_secret
from orchestration.local_run import run_pending
from orchestration.reports.files import write_report
from orchestration.reports.kinds import DAILY
from orchestration.resources import Platform
from orchestration.warehouse.lake import write_part
from tests.support.documents import START, put, session


def read_opportunity(platform: Platform, email: str, amount: float) -> None:
    """Write a part of the lake as the CRM extract does: an opportunity of the caller, opened on the day of the calls."""
    lead_key = hmac.new(pseudonym_secret(platform.settings), email.encode(), "sha256").hexdigest()
    account = {"account_id": "001A", "account_name": "Northlight Legal LLP", "lead_keys": [lead_key]}
    opportunity = {"opportunity_id": "006A", **account, "stage": "Proposal", "amount": amount}
    state = {"is_closed": False, "is_won": False, "currency": None, "owner_id": "005A", "closed_at": None}
    times = dict.fromkeys(("opened_at", "modified_at", "extracted_at"), START)
    write_part(platform.store, "crm_opportunities", START.date(), 1, [{**opportunity, **state, **times}], run_id="one")


def test_the_report_counts_the_day_s_calls_and_leaves_test_calls_out(platform: Platform):
    put(platform, session("the_day_before", START - timedelta(days=1)))
    put(platform, session("call_1", user_email="dana@northlight.example", user_name="Dana Ortiz"))
    put(platform, session("call_2", START + timedelta(hours=1)))
    put(platform, session("call_3", START + timedelta(hours=2), metrics=[], disconnect_reason="error"))
    put(platform, session("a_test_call", START + timedelta(hours=3), test_call=True))
    platform.store.put(session_key("broken", START), b"not a document")
    read_opportunity(platform, "dana@northlight.example", 3528.0)
    run_pending(platform)
    text = write_report(platform.settings, DAILY, START.date()).with_suffix(".txt").read_text(encoding="utf-8")
    assert "• Total Calls: 3 (1 the day before)" in text
    assert "• Qualified Leads: 3 (100% qualification rate, of 3 calls)" in text
    assert "• Avg Latency: 900 ms (✅ target: <1000 ms, 8 replies)" in text
    assert "• Error Rate: 33.3% (⚠️ target: <5%, 1 of 3 calls)" in text
    assert "• Pipeline Influenced: $3,528 (1 opportunity)" in text
    assert "Salesforce integration requests" in text
    assert "6 call documents received so far: 5 analysed, 1 rejected, 0 pending." in text
    assert "1 test call among them, counted nowhere above." in text
    assert "Warehouse published November 26, 2026, 07:00 EST." in text
