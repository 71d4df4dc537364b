"""Every field of section 4 with its value, one test each, for a caller and a call that have everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import orjson
import pytest

from contract.platform.settings import Settings
from contract.reference import Reference
from orchestration.destinations.documentation import salesforce_rows
from orchestration.destinations.salesforce.call_stage import call_fields
from orchestration.destinations.salesforce.context import Context
from orchestration.destinations.salesforce.fields import CustomField, SalesforceFields
from orchestration.destinations.salesforce.people import CallReports, Person, name_parts, next_best_action, person_fields
from orchestration.destinations.salesforce.picklists import Picklists
from orchestration.destinations.salesforce.routing import Colleague, Routed
from orchestration.destinations.salesforce.task_stage import due_date, task_fields
from orchestration.destinations.salesforce.wording import bullets, json_within, transcript_html
from tests.orchestration.destinations.salesforce.specified_fields import FIELDS, OURS, PICKLISTS, TASK

AT = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)


def said(words: str, item: str = "item_001", **facts: object) -> dict[str, object]:
    return {"confidence": 0.9, "evidence": [{"item_id": item, "start": 0, "end": len(words), "quote": words}], **facts}


LATEST = CallReports(
    session_id="s2",
    start_time=AT,
    duration_seconds=336,
    engagement_score=8.24,
    sentiment="positive",
    meeting_booked=True,
    sales={
        "use_cases": {"primary": {"value": "proposals"}, "secondary": [{"value": "leases"}]},
        "feature_requests": [said("send five hundred at once", feature="bulk send", priority="must_have")],
        "competitors": [said("we left HelloSign", "item_004", name="Dropbox Sign", context="past")],
        "current_tool": said("we do it all in Word today", value="Word"),
        "integrations": {"in_use": [{"name": "slack"}]},
        "buying_signals": [said("what does it cost", "item_005", signal="asks the price", kind="explicit", strength="strong")],
        "stakeholders": [{"role": "CFO", "influence": "decision_maker"}],
        "objections": [said("too dear", "item_006", severity="blocker")],
        "pain_points": [said("they get lost", "item_007", topic="lost documents")],
    },
    score={"total": 87, "temperature": "hot", "components": {"intent": 16}},
    objections={
        "objections": [said("too dear", "item_006", category="pricing", severity="blocker", resolved=False)],
        "switching_barriers": [said("it took us a year", kind="organizational")],
    },
    competitors={},
    summary={"recommended_action": {"action": "Call with a quote", "timing": "within 2 hours"}},
)
EARLIER = replace(LATEST, session_id="s1", sales={"competitors": [said("on DocuSign", name="DocuSign", context="current")]})
PERSON = Person(
    **{"lead_key": "k", "email": "dana@northlight.example", "name": "Dana Ortiz", "company": "northlight.example"},
    **{"team_size": 15, "monthly_volume": 250_000, "integration_needs": ["salesforce", "an odd one"], "industry": "legal"},
    **{"location": "Austin, Texas", "current_tool": "Word", "pain_points": ["lost documents", "chasing"]},
    **{"decision_timeline": "this_month", "budget_authority": "decision_maker", "urgency": "high"},
    **{"qualification_tier": "Tier 1", "lead_score": 87, "calls": [LATEST, EARLIER]},
)  # type: ignore[arg-type]
ROW: dict[str, Any] = {
    **{"session_id": "s2", "start_time": AT.replace(tzinfo=None), "duration_seconds": 336, "engagement_score": 8.2},
    **{
        "summary": "A good call.",
        "performance": '{"latency":{"average":900}}',
        "lead_name": "Dana Ortiz",
        "lead_email": "d@x.example",
    },
    **{"urgency": "high", "action_items": '{"items":[{"text":"Send a quote","owner":"sales","deadline":"2026-11-21"}]}'},
}
EXPECTED: Mapping[str, object] = {
    "Lead_Score__c": 87,
    "Lead_Score_Breakdown__c": '{"components":{"intent":16},"temperature":"hot","total":87}',
    "Qualification_Tier__c": "Tier 1 - Sales Ready",
    "Last_Voice_Call_Date__c": "2026-11-20T15:04:05.000+0000",
    "Last_Call_Duration_Minutes__c": 5.6,
    "Voice_Engagement_Score__c": 8.24,
    "Team_Size__c": 15,
    "Monthly_Document_Volume__c": 99_999,
    "Integration_Needs__c": "Other;Salesforce",
    "Industry_Vertical__c": "Legal",
    "Decision_Timeline__c": "This Month",
    "Budget_Authority__c": "Decision Maker",
    "Current_Tool__c": "Word",
    "Urgency_Level__c": "High",
    "Pain_Points__c": "• lost documents\n• chasing",
    "Use_Cases__c": "Other;Sales Proposals",
    "Feature_Requests__c": "• [bulk send, must have, open] send five hundred at once",
    "Competitor_Mentioned__c": "DocuSign",
    "Current_Solution__c": "Word; also uses slack: 'we do it all in Word today'",
    "Switching_Barriers__c": "• [organizational] it took us a year",
    "Objections_Raised__c": "• [pricing, blocker, open] too dear",
    "Buying_Signals__c": "• [strong, explicit] asks the price: “what does it cost”",
    "Stakeholders_Mentioned__c": "CFO (decision maker)",
    "Key_Quotes__c": "• “what does it cost”\n• “too dear”\n• “they get lost”\n• “we left HelloSign”",
    "Call_Sentiment__c": "Positive",
    "Next_Best_Action__c": "Call with a quote within 2 hours",
    "Follow_Up_Priority__c": "High",
    "Recommended_Owner__c": "005000000000009AAA",
    "Session_Id__c": "s2",
    "Transcript__c": "<p><b>Caller</b> [00:07]: a &lt;b&gt; &amp; c</p>",
    "Call_Summary__c": "A good call.",
    "Transcript_URL__c": "https://voice.example/calls/s2",
    "Quality_Score__c": 8.2,
    "Call_Date__c": "2026-11-20T15:04:05.000+0000",
    "Duration_Minutes__c": 5.6,
    "Related_Lead__c": None,
    "Related_Contact__c": "003000000000001AAA",
    "Metrics_JSON__c": '{"latency":{"average":900}}',
    "Voice_Session_Id__c": "s2",
    "Subject": "Follow up on voice trial call - Dana Ortiz",
    "ActivityDate": "2026-11-21",
    "Priority": "High",
    "Status": "Not Started",
    "OwnerId": "005000000000009AAA",
}


def fields() -> SalesforceFields:
    return Reference().table(SalesforceFields)


def everything() -> dict[str, object]:
    owner = Colleague("005000000000009AAA", "Maria Lopez", "America/New_York")
    context = SimpleNamespace(platform=Settings(base_url="https://voice.example"), now=lambda: AT)  # pyright: ignore[reportCallIssue]
    person = person_fields(PERSON, Reference().table(Picklists), owner.user_id, AT).fields
    call = call_fields(ROW, [("user", "a <b> & c", 7.2)], "003000000000001AAA", "https://voice.example")
    summary = '{"summary":"A good call.","key_takeaways":["Wants a quote"]}'
    routed = Routed(owner, None, "Priya Nair")
    task = task_fields({**ROW, "summary": summary}, routed, "003", "https://org.example/003", "High", cast(Context, context))
    return {**person, **call, "Session_Id__c": ROW["session_id"], **task}


@pytest.mark.parametrize("name", EXPECTED)
def test_field(name: str):
    assert everything()[name] == EXPECTED[name]


def test_field_description_of_the_task():
    text = str(everything()["Description"])
    for part in (
        "A good call.",
        "- Wants a quote",
        "- Send a quote (sales, by 2026-11-21)",
        "https://org.example/003",
        "/calls/s2",
    ):
        assert part in text
    assert "Priya Nair" in text


def test_a_booked_meeting_is_an_instruction_until_it_begins_and_to_be_followed_up_after():
    recommended = {"action": "Hold the booked meeting", "timing": "on Tue 10 Nov 2026 at 10:30 (UTC-6)"}
    meeting = datetime(2026, 11, 10, 16, 30, tzinfo=UTC)
    call = replace(LATEST, summary={"recommended_action": recommended}, meeting_at=meeting)
    before = next_best_action(call, meeting - timedelta(minutes=1))
    assert before == "Hold the booked meeting on Tue 10 Nov 2026 at 10:30 (UTC-6)"
    assert next_best_action(call, meeting) == "Follow up on the meeting of Tue 10 Nov 2026 at 10:30 (UTC-6)"


def test_without_a_base_address_a_call_has_no_link():
    assert call_fields(ROW, [], None, "")["Transcript_URL__c"] is None


def test_what_is_sent_is_exactly_what_is_deployed_and_specified():
    declared = [field for group in (fields().person, fields().call, fields().task) for field in group]
    sent = {name for name in everything() if name.endswith("__c")}
    assert sent == {field.api_name for field in declared if field.type != "Formula"}
    assert {field.api_name for field in declared} - OURS == {name for _, name, _ in FIELDS}
    types = {field.api_name: (field.spec, specified_type(field)) for field in declared}
    assert {name: (spec, kind) for spec, name, kind in FIELDS}.items() <= types.items()


def test_every_value_of_the_specified_picklists_is_deployed():
    deployed = {field.api_name: field.values for field in (*fields().person, *fields().call)}
    for name, values in PICKLISTS.items():
        assert set(values) <= set(deployed[name])


def test_every_value_that_can_be_sent_is_deployed():
    deployed = {field.api_name: field.values for field in fields().person}
    for name, values in Reference().table(Picklists).picklists.items():
        assert set(values.values()) <= set(deployed[name])


def test_every_field_of_the_page_has_its_test():
    named = {row.name for row in salesforce_rows(Reference())}
    assert named - {"Related_To__c", "Description"} == set(EXPECTED)
    assert set(TASK) <= named


def specified_type(field: CustomField) -> str:
    digits = f"Number({(field.precision or 0) - (field.scale or 0)},{field.scale})"
    kinds = {"Number": digits, "Text": f"Text({field.length})", "LongTextArea": "Long Text", "Html": "Rich Text", "Url": "URL"}
    return {**kinds, "MultiselectPicklist": "Multi-Select Picklist"}.get(field.type, field.type)


def test_null_is_not_written_where_nothing_is_known():
    empty = replace(
        LATEST, sales={}, score={}, objections={}, summary={}, sentiment=None, engagement_score=None, meeting_booked=False
    )
    unknown = replace(PERSON, industry=None, urgency=None, current_tool=None, qualification_tier=None, calls=[empty])
    found = person_fields(unknown, Reference().table(Picklists), None, AT).fields
    for name in ("Industry_Vertical__c", "Urgency_Level__c", "Call_Sentiment__c", "Voice_Engagement_Score__c", "Key_Quotes__c"):
        assert found[name] is None
    assert found["Follow_Up_Priority__c"] == "Low"
    assert found["Competitor_Mentioned__c"] == "None"


@pytest.mark.parametrize(("tool", "shown"), [("manual", "Manual Process"), ("Word and email", "Manual Process"), ("Canva", "None")])
def test_office_software_and_paper_are_a_manual_process_where_no_product_is_named(tool: str, shown: str):
    person = replace(PERSON, current_tool=tool, calls=[replace(LATEST, sales={})])
    assert person_fields(person, Reference().table(Picklists), None, AT).fields["Competitor_Mentioned__c"] == shown


@pytest.mark.parametrize(("urgency", "days"), [("high", 1), ("medium", 3), ("low", 7), (None, 7)])
def test_a_task_is_due_by_urgency_in_the_owners_time_zone(urgency: str | None, days: int):
    late = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
    assert due_date(late, urgency, ZoneInfo("America/New_York"), late) == date(2026, 11, 20 + days)


def test_a_task_is_never_due_before_today():
    assert due_date(AT, "high", UTC, datetime(2026, 12, 9, tzinfo=UTC)) == date(2026, 12, 9)


def test_texts_are_cut_by_whole_items_and_json_stays_json():
    text = bullets([f"item {number} " + "x" * 500 for number in range(100)])
    assert text is not None
    assert len(text) <= 32_000
    assert text.endswith("more")
    report = {"list": [{"confidence": n / 1000, "evidence": [{"quote": "q" * 100}], "text": "t" * 200} for n in range(500)]}
    small = json_within(report)
    assert small is not None
    assert len(small) <= 32_000
    human_edited = [entry["confidence"] for entry in orjson.loads(small)["list"]]
    assert human_edited == [n / 1000 for n in range(500 - len(human_edited), 500)]
    assert len(human_edited) > 100


def test_a_transcript_is_escaped_and_cut_by_whole_turns():
    html = transcript_html([("user", "<script>" * 1000, None)] * 50)
    assert html is not None
    assert len(html) <= 131_072
    assert "<script>" not in html
    assert html.endswith("transcript link.</p>")


def test_control_characters_of_a_name_reach_no_text_of_the_crm():
    name = "\x1b[31mAnn\n\x07 \u202eLee\x9b"
    context = SimpleNamespace(platform=Settings(base_url="https://voice.example"), now=lambda: AT)  # pyright: ignore[reportCallIssue]
    row = {**ROW, "lead_name": name, "summary": '{"summary":"Ann \x07 called."}'.replace("\x07", "\\u0007")}
    task = task_fields(row, Routed(None, "queue", None), "003", "https://org.example/003", "High", cast(Context, context))
    assert task["Subject"] == "Follow up on voice trial call - [31mAnn Lee"
    assert "\x07" not in task["Description"]
    assert name_parts(replace(PERSON, name=name)) == ("[31mAnn", "Lee")
    assert bullets([name]) == "• [31mAnn Lee"
    assert transcript_html([("user", "a\x1bb", None)]) == "<p><b>Caller</b>: ab</p>"
