"""Create a follow-up task for each call of a qualified lead, exactly one per session (spec 4.7).

``Voice_Session_Id__c`` is looked up before a task is created, the recycle bin included, so that neither a lost answer nor a lost
database creates a second one. An existing task belongs to a person and is never written again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from analyzers.claims import Claims
from contract.platform.call_page import call_page
from contract.platform.control_characters import without_controls
from contract.platform.times import aware
from contract.vocabulary import vocabulary
from orchestration.delivery.items import Change, DeliveryRecord, ItemOutcome, Source
from orchestration.delivery.log import logged_items, remote_ids
from orchestration.destinations.salesforce.context import Context
from orchestration.destinations.salesforce.merging import fingerprint
from orchestration.destinations.salesforce.people import Person, follow_up_priority
from orchestration.destinations.salesforce.person_stage import KIND as PERSON
from orchestration.destinations.salesforce.reading import parsed, read_people, rows_of
from orchestration.destinations.salesforce.routing import Lead, Routed, route
from orchestration.destinations.salesforce.sending import outcomes
from orchestration.destinations.salesforce.wording import LINE, cut
from orchestration.warehouse.queries import Row
from orchestration.warehouse.selection import PublishedVersion, literal, select_sessions

KIND = "task"
_TEXTS = 20_000
"""Characters of a call's task and of its caller's reports, so that a thousand are planned at a time."""
SESSION = "Voice_Session_Id__c"
TOO_OLD = "The call was too long ago for a follow-up when it was first seen (VOICE_SALESFORCE_TASK_DAYS)."
NOBODY = "The caller has no record in the CRM, so there is no one to follow up with."
UNWANTED = "The caller asked in a call not to be called again, so there is nothing to follow up."
NO_RECORD = "None: see whether the address given for the meeting is the caller's before you use its record."
SPOKEN = "spoken in the call, not verified"
_PRIORITY = {"High": "High", "Medium": "Normal", "Low": "Low"}
_DAYS = {"high": 1, "medium": 3, "low": 7}
_SOURCES = """
select sessions.session_id, sessions.lead_key, facts.analysis_seq
from sessions inner join session_facts as facts on sessions.session_id = facts.session_id
where sessions.qualification_tier = {tier} order by sessions.start_time, sessions.session_id
"""


class TaskStage:
    kind = KIND

    def __init__(self, context: Context) -> None:
        self._context = context

    def sources(self, version: PublishedVersion) -> Iterator[Source]:
        """Yield qualified calls; one is due until it has its task, and again when its caller gets a record in the CRM."""
        people = dict(remote_ids(self._context.state, self._context.name, PERSON))
        tier = literal(vocabulary().qualified.qualification_tier)
        for session, lead, seq in version.each(_SOURCES.format(tier=tier)):
            yield Source(session, people.get(lead, ""), _TEXTS, (seq,), session)

    def plan(self, version: PublishedVersion, sources: Sequence[Source]) -> list[Change]:
        keys = [source.key for source in sources]
        record = logged_items(self._context.state, self._context.name, KIND, keys)
        done = {key for key, entry in record.items() if entry.state == "sent"}
        select_sessions(version, [key for key in keys if key not in done], ("sessions", "analysis_results", "analysis_reports"))
        rows = {row["session_id"]: row for row in rows_of(version, "tasks")}
        leads = sorted({row["lead_key"] for row in rows.values() if row["lead_key"]})
        people = logged_items(self._context.state, self._context.name, PERSON, leads)
        due = {
            key: row
            for key, row in rows.items()
            if self._recent(row) and not row["do_not_call"] and _is_for_somebody(row, people.get(row["lead_key"]))
        }
        there = self._there(list(due))
        changes = [Change(key, key, key, "unchanged", remote_id=record[key].remote_id) for key in keys if key in done]
        for key, row in rows.items():
            if key not in due:
                reason = UNWANTED if row["do_not_call"] else NOBODY if self._recent(row) else TOO_OLD
                changes.append(Change(key, key, key, "suppress", reason=reason))
        changes += [Change(key, key, key, "unchanged", remote_id=remote_id) for key, remote_id in there.items()]
        return changes + self._new(version, {key: row for key, row in due.items() if key not in there}, people)

    def send(self, changes: Sequence[Change]) -> Iterator[list[ItemOutcome]]:
        yield from outcomes(changes, self._context.client.create("Task", SESSION, [change.fields for change in changes]))

    def _recent(self, row: Row) -> bool:
        return self._context.now() - aware(row["start_time"]) <= timedelta(days=self._context.settings.task_days)

    def _there(self, keys: Sequence[str]) -> dict[str, str]:
        soql = f"SELECT Id, {SESSION} FROM Task WHERE {SESSION} IN {{values}}"  # noqa: S608 - own name; values are bound
        return {str(task[SESSION]): str(task["Id"]) for task in self._context.client.query_in(soql, keys, deleted=True)}

    def _new(self, version: PublishedVersion, rows: Mapping[str, Row], people: Mapping[str, DeliveryRecord]) -> list[Change]:
        context = self._context
        calls: defaultdict[str, list[str]] = defaultdict(list)
        for key, row in rows.items():
            calls[row["lead_key"]].append(key)
        priorities: dict[str, str] = {}
        routing: list[Lead] = []
        for person in read_people(version, sorted(calls), context.claims):
            routing.append(Lead(person.lead_key, person.location, person.team_size, bool(person.integration_needs)))
            priorities |= {key: _priority(person, key) for key in calls[person.lead_key]}
        routed = route(context.state, context.territories, context.directory, routing, remember=not context.dry_run) if rows else {}
        changes: list[Change] = []
        for key, row in rows.items():
            person_id = _record_of(row, people.get(row["lead_key"]))
            record = f"{context.settings.url.rstrip('/')}/{person_id}" if person_id else NO_RECORD
            told = {**row, "action_items": _claimed(row["action_items"], context.claims.of(row["engine"]))}
            fields = task_fields(told, routed[row["lead_key"]], person_id, record, priorities[key], context)
            content = {name: fingerprint(name, value) for name, value in fields.items()}
            changes.append(Change(key, key, key, "send", fields, content))
        return changes


def _priority(person: Person, session_id: str) -> str:
    call = next((one for one in person.calls if one.session_id == session_id), person.latest)
    return _PRIORITY[follow_up_priority(person, call)]


def _is_for_somebody(row: Row, person: DeliveryRecord | None) -> bool:
    """Return whether the caller has a record, or left an address that was spoken and led to none: a person looks at it then."""
    if _record_of(row, person):
        return True
    only_spoken = bool(row.get("booking_email")) and not row["lead_email"]
    return only_spoken and person is not None and person.state in ("suppressed", "parked")


def _record_of(row: Row, person: DeliveryRecord | None) -> str | None:
    """Return the id of the caller's record; None for one made from a spoken address that was converted, merged or deleted."""
    if person is None or (not row["lead_email"] and person.state == "suppressed"):
        return None
    return person.remote_id


def task_fields(row: Row, routed: Routed, person_id: str | None, record: str, priority: str, context: Context) -> dict[str, Any]:
    """Return every field of spec 4.7. Quoting the caller is safe: Salesforce shows a description as plain text.

    Without ``person_id`` the task is related to nobody: the caller's address was only spoken.
    """
    zone = ZoneInfo(routed.owner.time_zone) if routed.owner else context.platform.business_zone
    owner = routed.owner.user_id if routed.owner else routed.queue_id
    names = (row.get(name) for name in ("lead_name", "booking_name", "lead_email", "booking_email"))
    caller = " ".join(without_controls(next(filter(None, names), "unknown caller")).split())
    fields = {
        "Subject": cut(f"Follow up on voice trial call - {caller}", LINE),
        "Description": cut(_description(row, routed, record, call_page(context.platform.base_url, row["session_id"])), 32_000),
        "ActivityDate": due_date(aware(row["start_time"]), row["urgency"], zone, context.now()).isoformat(),
        "Priority": priority,
        "Status": "Not Started",
        "WhoId": person_id,
        SESSION: row["session_id"],
    }
    return {**fields, "OwnerId": owner} if owner else fields


def due_date(called: datetime, urgency: str | None, zone: Any, now: datetime) -> date:
    """Return 1, 3 or 7 days after the call in the owner's time zone, no urgency as low; never before today (spec 4.7)."""
    due = called.astimezone(zone).date() + timedelta(days=_DAYS.get(urgency or "low", _DAYS["low"]))
    return max(due, now.astimezone(zone).date())


def _claimed(report: str | None, claims: Claims) -> str | None:
    """Return an action item report with what of it is claimed."""
    actions = parsed(report)
    return orjson.dumps({**actions, "items": claims.actions(actions.get("items") or ())}).decode() if actions else None


def _description(row: Row, routed: Routed, record: str, transcript_url: str | None) -> str:
    summary = parsed(row["summary"]) or {}
    actions = (parsed(row["action_items"]) or {}).get("items") or []
    parts = [
        ("Summary", str(summary.get("summary") or "No summary: the words of this call are not available.")),
        ("Key takeaways", "\n".join(f"- {point}" for point in summary.get("key_takeaways") or ())),
        ("Wish of the caller", "No e-mail, please." if row.get("email_opt_out") else ""),
        ("Action items", "\n".join(_action(item) for item in actions)),
        ("Solution engineer", f"{routed.solution_engineer} (the caller needs an integration)" if routed.solution_engineer else ""),
        ("Address given for the meeting", f"{row['booking_email']} ({SPOKEN})" if row.get("booking_email") else ""),
        ("Record", record),
        ("Transcript", transcript_url),
    ]
    return "\n\n".join(f"{title}:\n{text}" for title, text in parts if text)


def _action(item: Mapping[str, Any]) -> str:
    deadline = f", by {item['deadline']}" if item.get("deadline") else ""
    own = any(str(item.get("text")) in str(one.get("quote")) for one in item.get("evidence") or ())
    return f"- {item.get('clause') if own and item.get('clause') else item.get('text')} ({item.get('owner')}{deadline})"
