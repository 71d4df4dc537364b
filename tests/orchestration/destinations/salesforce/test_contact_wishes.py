"""A caller who asked not to be contacted is marked so in the CRM, for good, and nobody is told to follow up."""

from __future__ import annotations

from contract.document.session import SessionDocument
from orchestration.delivery.log import logged_items
from tests.orchestration.destinations.salesforce.test_sync import later
from tests.support.destination_calls import CallsAndOrg, recent
from tests.support.lake_samples import changed

FLAGS = ("DoNotCall", "HasOptedOutOfEmail")


def saying(document: SessionDocument, text: str) -> SessionDocument:
    """The same call with one more line of the caller at its end."""
    items = [item.model_dump() for item in document.transcript]
    return changed(document, transcript=[*items, {"id": "item_wish", "role": "user", "text": text}])


def test_a_new_lead_is_marked_and_gets_no_task(org: CallsAndOrg):
    org.publish([saying(recent(2)[0], "And please take me off your list.")])
    assert org.sync().failure is None
    [lead] = org.org.live("Lead")
    assert [lead[flag] for flag in FLAGS] == [True, True]
    assert (lead["Next_Best_Action__c"].split(":")[0], lead["Follow_Up_Priority__c"]) == ("None", "Low")
    assert org.org.live("Task") == []
    session = org.org.live("Voice_Call__c")[0]["Session_Id__c"]
    assert logged_items(org.platform.state, "salesforce", "task", [session])[session].state == "suppressed"


def test_the_wish_marks_a_known_contact_and_binds_later_calls(org: CallsAndOrg):
    document = recent(2)[0]
    contact = org.org.add("Contact", LastName="Known", Email=document.user_email)
    org.publish([saying(document, "Stop calling me.")])
    org.sync()
    org.publish([later(document)])
    org.sync()
    person = org.org.records["Contact"][contact]
    assert [person[flag] for flag in FLAGS] == [True, True]
    assert person["Next_Best_Action__c"].startswith("None")
    assert (org.org.live("Task"), len(org.org.live("Voice_Call__c"))) == ([], 2)


def test_who_wants_no_mails_is_still_followed_up_and_the_task_says_so(org: CallsAndOrg):
    org.publish([saying(recent(2)[0], "Stop emailing me, but call any time.")])
    org.sync()
    [lead] = org.org.live("Lead")
    [task] = org.org.live("Task")
    assert [lead[flag] for flag in FLAGS] == [False, True]
    assert "No e-mail, please." in task["Description"]


def test_nothing_of_ours_clears_what_a_person_set_or_sets_again_what_a_person_cleared(org: CallsAndOrg):
    document = recent(2)[0]
    contact = org.org.add("Contact", LastName="Known", Email=document.user_email, DoNotCall=True)
    org.publish([document])
    org.sync()
    assert [org.org.records["Contact"][contact][flag] for flag in FLAGS] == [True, False]
    org.publish([saying(later(document), "Please unsubscribe me.")])
    org.sync()
    assert [org.org.records["Contact"][contact][flag] for flag in FLAGS] == [True, True]
    org.org.edit_as_person("Contact", contact, HasOptedOutOfEmail=False)
    org.publish([later(later(document))])
    org.sync()
    assert [org.org.records["Contact"][contact][flag] for flag in FLAGS] == [True, False]
