"""What the business rules find, and how an alert reads (spec 7.3)."""

from dataclasses import asdict, replace
from datetime import datetime

from analyzers.contact_wishes import ContactWish
from orchestration.alerts.business import business_alerts
from orchestration.alerts.message import alert_message
from orchestration.messages.text import text_of
from tests.orchestration.alerts.calls import analysed_call, hot_call


def test_a_hot_lead_with_a_meeting_raises_both_alerts():
    names = [alert.alert_name for alert in business_alerts(hot_call())]
    assert names == ["Hot Lead Detected", "Meeting Booked"]


def test_the_same_call_has_the_same_alerts_for_good():
    assert business_alerts(hot_call()) == business_alerts(hot_call())


def test_a_test_call_raises_none():
    call = hot_call()
    rehearsal = replace(call, document=call.document.model_copy(update={"test_call": True}))
    assert business_alerts(rehearsal) == []


def test_who_asked_not_to_be_called_raises_no_alert_that_asks_for_a_call():
    call = hot_call()
    asked = ContactWish(channel="any", confidence=0.9)
    now = replace(call, sales=call.sales.model_copy(update={"contact_wishes": (asked,)}))
    assert business_alerts(now) == business_alerts(replace(call, opted_out=True)) == []


def test_who_wants_no_mails_may_still_be_called():
    call = hot_call()
    asked = ContactWish(channel="email", confidence=0.9)
    assert len(business_alerts(replace(call, sales=call.sales.model_copy(update={"contact_wishes": (asked,)})))) == 2


def test_a_call_of_some_interest_raises_none():
    assert business_alerts(analysed_call()) == []


def test_the_message_names_the_facts_and_links_to_the_call():
    [alert, _] = business_alerts(hot_call())
    text = text_of(alert_message(asdict(alert), "https://voice.example/"))
    assert "Hot lead: score" in text
    assert "Team size: 10" in text
    assert "Integrations needed: salesforce" in text
    assert f"https://voice.example/calls/{alert.session_id}" in text


def test_a_booked_meeting_is_told_with_its_time_as_the_call_gave_it():
    booked = next(alert for alert in business_alerts(hot_call()) if alert.alert_name == "Meeting Booked")
    moment = datetime.fromisoformat(booked.context["meeting_time"])
    assert booked.message == f"Sales meeting booked: {moment:%A, %B %-d, %H:%M} UTC{moment.isoformat()[-6:]}"


def test_without_a_base_address_the_message_has_no_link():
    [alert, _] = business_alerts(hot_call())
    assert "Open the call" not in text_of(alert_message(asdict(alert), ""))
