"""Send callers as Contacts or Leads (spec 4.1 to 4.6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contract.platform.batching import batches
from contract.platform.times import naive_utc
from orchestration.delivery.items import Change, DeliveryRecord, ItemOutcome, Source
from orchestration.delivery.log import logged_items, remote_ids
from orchestration.destinations.salesforce.context import Context
from orchestration.destinations.salesforce.matching import CrmMatch, find_people
from orchestration.destinations.salesforce.merging import fingerprint, merge
from orchestration.destinations.salesforce.people import Person, TargetRecord, name_parts, person_fields
from orchestration.destinations.salesforce.reading import read_people
from orchestration.destinations.salesforce.routing import Lead, route
from orchestration.destinations.salesforce.sending import outcomes
from orchestration.destinations.salesforce.spoken_address import SpokenAddresses
from orchestration.warehouse.selection import PublishedVersion, literal

KIND = "person"
_AT_ONCE = 200  # callers whose parsed reports are in memory at a time
NO_COMPANY = "(not given)"
NO_ADDRESS = "The caller left no e-mail address, so no record can be matched."
NOT_KNOWN = "The CRM does not know the caller, and VOICE_SALESFORCE_CREATE_LEADS is off."
GONE = "The record was deleted in Salesforce, or merged into one with another address: it is not created again."
LATER = "Salesforce holds a later call of this person."
_SOURCES = """
with past as (
    select session_id, max(meeting_time) as meeting_time from tool_calls where success and meeting_time <= {now} group by session_id
),
analyses as (
    select sessions.lead_key, list(facts.analysis_seq) as seqs
    from sessions inner join session_facts as facts on sessions.session_id = facts.session_id group by sessions.lead_key
)
select
    leads.lead_key, md5(concat_ws('|', cast(leads as varchar), {mapping}, cast(past.meeting_time as varchar))), 4000,
    coalesce(analyses.seqs, [])
from leads
left join past on leads.latest_session_id = past.session_id
left join analyses on leads.lead_key = analyses.lead_key
order by leads.lead_key
"""


@dataclass(frozen=True)
class _Caller:
    email: str | None
    booking_email: str | None
    standard: Mapping[str, Any]
    session_id: str
    target: TargetRecord


class PeopleStage:
    """Plan and send one item per caller; the stages of one sync share ``context``."""

    kind = KIND

    def __init__(self, context: Context) -> None:
        self._context = context

    def sources(self, version: PublishedVersion) -> Iterator[Source]:
        """Yield callers; due again when lead or mapping change or a meeting is past. Callers not in the CRM: once a day."""
        mapping, now = self._context.mapping_version, self._context.now()
        if not self._context.settings.create_leads:
            mapping += f"|{now:%Y-%m-%d}"
        sql = _SOURCES.format(mapping=literal(mapping), now=f"cast({literal(naive_utc(now).isoformat())} as timestamp)")
        for lead, content, approx_chars, analyses in version.each(sql):
            yield Source(lead, content, approx_chars, tuple(analyses))

    def plan(self, version: PublishedVersion, sources: Sequence[Source]) -> list[Change]:
        people = self._people(version, [source.key for source in sources])
        record = logged_items(self._context.state, self._context.name, KIND, list(people))
        emails = {key: person.email for key, person in people.items() if person.email}
        known = {key: entry.remote_id for key, entry in record.items() if entry.remote_id}
        matches = find_people(self._context.client, emails, known, self._context.person_columns) if emails else {}
        spoken = {key: p.booking_email for key, p in people.items() if p.booking_email and not p.email}
        adopted = {match.remote_id for match in matches.values()} | self._records_of_several() if spoken else ()
        addresses = SpokenAddresses(self._context.client, spoken, record, emails.values(), adopted)
        return [
            self._without_own_address(key, caller, addresses)
            if key in spoken
            else self._change(key, caller, matches.get(key), record.get(key))
            for key, caller in people.items()
        ]

    def _records_of_several(self) -> set[str]:
        """Return ids of records that several callers have: one made from a spoken address, which its own person uses since."""
        counted = Counter(remote_id for _, remote_id in remote_ids(self._context.state, self._context.name, KIND))
        return {remote_id for remote_id, callers in counted.items() if callers > 1}

    def send(self, changes: Sequence[Change]) -> Iterator[list[ItemOutcome]]:
        """Create leads in collections of 200, and update records likewise, or by Bulk API 2.0 when there are over 2,000."""
        client = self._context.client
        new = [change for change in changes if change.remote_id is None]
        yield from outcomes(new, client.create("Lead", "Email", [change.fields for change in new]))
        groups: defaultdict[str, list[Change]] = defaultdict(list)
        for change in changes:
            if change.remote_id is not None:
                groups[str(change.payload)].append(change)
        for sobject, group in groups.items():
            records = [{"Id": change.remote_id, **change.fields} for change in group]
            yield from outcomes(group, client.update_many(sobject, records))

    def _people(self, version: PublishedVersion, lead_keys: Sequence[str]) -> dict[str, _Caller]:
        """Return the target records by lead key; reports are in memory for few callers at a time."""
        context = self._context
        found: dict[str, _Caller] = {}
        for people in batches(read_people(version, lead_keys, context.claims), _AT_ONCE):
            reachable = [person for person in people if person.email or person.booking_email]
            leads = [Lead(p.lead_key, p.location, p.team_size, bool(p.integration_needs)) for p in reachable]
            routed = route(context.state, context.territories, context.directory, leads, remember=not context.dry_run)
            for person in people:
                owner = routed[person.lead_key].owner if person.lead_key in routed else None
                target = person_fields(person, context.picklists, owner.user_id if owner else None, context.now())
                session_id = person.latest.session_id
                found[person.lead_key] = _Caller(person.email, person.booking_email, _standard(person), session_id, target)
        return found

    def _change(self, lead_key: str, caller: _Caller, match: CrmMatch | None, record: DeliveryRecord | None) -> Change:
        fields, unmapped_values = caller.target.fields, caller.target.unmapped_values
        base = _identity(lead_key, caller)
        if match is None:
            return self._without_match(caller, record, base)
        base |= {"remote_id": match.remote_id, "payload": match.sobject}
        untouched = match.record["LastModifiedById"] == self._context.client.user_id
        merged = merge(fields, match.record, record, untouched=untouched)
        if merged.outdated:
            return Change(**base, action="suppress", reason=LATER)
        base |= {"content": merged.content, "baseline": merged.baseline, "human_edited": merged.human_edited}
        base["reason"] = _remarks(match, unmapped_values, merged.human_edited)
        if not merged.fields:
            return Change(**base, action="unchanged")
        before = {name: match.record.get(name) for name in merged.fields}
        return Change(**base, action="send", fields=merged.fields, before=before)

    def _without_match(self, caller: _Caller, record: DeliveryRecord | None, base: dict[str, Any]) -> Change:
        if not caller.email:
            return Change(**base, action="suppress", reason=NO_ADDRESS)
        if record is not None and record.remote_id:
            return Change(**base, action="suppress", reason=GONE)
        return self._new_lead(caller, base)

    def _without_own_address(self, lead_key: str, caller: _Caller, addresses: SpokenAddresses) -> Change:
        base = _identity(lead_key, caller)
        return addresses.decided(lead_key, base) or self._new_lead(caller, base)

    def _new_lead(self, caller: _Caller, base: Mapping[str, Any]) -> Change:
        if not self._context.settings.create_leads:
            return Change(**base, action="suppress", reason=NOT_KNOWN)
        known = {name: value for name, value in caller.target.fields.items() if value is not None}
        known.setdefault("Budget_Authority__c", "Unknown")
        content = {name: fingerprint(name, known.get(name)) for name in caller.target.fields}
        return Change(**base, action="send", fields={**caller.standard, **known}, content=content)


def _identity(lead_key: str, caller: _Caller) -> dict[str, Any]:
    return {"key": lead_key, "source": lead_key, "session_id": caller.session_id}


def _standard(person: Person) -> dict[str, Any]:
    """Return the standard fields that a new Lead needs besides the custom ones."""
    first, last = name_parts(person)
    company = (person.company or NO_COMPANY)[:255]
    return {"FirstName": first, "LastName": last, "Company": company, "Email": person.email or person.booking_email}


def _remarks(match: CrmMatch, unmapped_values: Sequence[str], human_edited: Sequence[str]) -> str | None:
    """Return remarks for a person about a record that was written; None without any."""
    remarks = [
        f"{match.alike} {match.sobject.lower()}s have this address: merge them." if match.alike > 1 else None,
        f"No picklist value for {', '.join(unmapped_values)}: add one to data/picklists.yml." if unmapped_values else None,
        f"Edited by a person and not overwritten: {', '.join(human_edited)}." if human_edited else None,
    ]
    return " ".join(filter(None, remarks)) or None
