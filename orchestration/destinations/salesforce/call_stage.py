"""Send calls as ``Voice_Call__c``, upserted by ``Session_Id__c`` (spec 4.8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from contract.platform.call_page import call_page
from contract.platform.times import aware
from orchestration.delivery.items import Change, ItemOutcome, Source
from orchestration.delivery.log import logged_items, remote_ids
from orchestration.destinations.salesforce.context import Context
from orchestration.destinations.salesforce.merging import fingerprint
from orchestration.destinations.salesforce.people import minutes, moment, within
from orchestration.destinations.salesforce.person_stage import KIND as PERSON
from orchestration.destinations.salesforce.reading import rows_of
from orchestration.destinations.salesforce.sending import outcomes
from orchestration.destinations.salesforce.wording import cut, json_within, transcript_html
from orchestration.warehouse.queries import Row
from orchestration.warehouse.selection import PublishedVersion, select_sessions

KIND = "call"
OBJECT = "Voice_Call__c"
EXTERNAL_ID = "Session_Id__c"
_SOURCES = """
select sessions.session_id, facts.doc_sha, facts.analysis_seq, sessions.lead_key, coalesce(sessions.turn_count, 0) * 200
from sessions inner join session_facts as facts on sessions.session_id = facts.session_id
order by sessions.start_time, sessions.session_id
"""


class CallStage:
    """Plan and send one item per call. People do not edit these records, so every difference from the last send is sent."""

    kind = KIND

    def __init__(self, context: Context) -> None:
        self._context = context

    def sources(self, version: PublishedVersion) -> Iterator[Source]:
        """Yield calls; one is due again when it was analysed again, or its caller has another record in the CRM."""
        people = dict(remote_ids(self._context.state, self._context.name, PERSON))
        mapping = self._context.mapping_version
        for session, sha, seq, lead, approx_chars in version.each(_SOURCES):
            yield Source(session, f"{mapping}|{sha}|{seq}|{people.get(lead, '')}", approx_chars, (seq,), session)

    def plan(self, version: PublishedVersion, sources: Sequence[Source]) -> list[Change]:
        keys = [source.key for source in sources]
        people = dict(remote_ids(self._context.state, self._context.name, PERSON))
        record = logged_items(self._context.state, self._context.name, KIND, keys)
        turns: defaultdict[str, list[tuple[str, str, float | None]]] = defaultdict(list)
        select_sessions(version, keys, ("sessions", "analysis_results", "turns"))
        for row in rows_of(version, "turns"):
            turns[row["session_id"]].append((row["role"], row["text"], row["seconds"]))
        changes: list[Change] = []
        for row in rows_of(version, "calls"):
            key = row["session_id"]
            fields = call_fields(row, turns.pop(key, []), people.get(row["lead_key"]), self._context.platform.base_url)
            content = {name: fingerprint(name, value) for name, value in fields.items()}
            entry = record.get(key)
            sent = entry.content if entry and not entry.intended else {}
            changed = {name: value for name, value in fields.items() if content[name] != sent.get(name)}
            base: dict[str, Any] = {"key": key, "source": key, "session_id": key, "content": content}
            base["remote_id"] = entry.remote_id if entry else None
            changes.append(Change(**base, action="send", fields=changed) if changed else Change(**base, action="unchanged"))
        return changes

    def send(self, changes: Sequence[Change]) -> Iterator[list[ItemOutcome]]:
        records = [{EXTERNAL_ID: change.key, **change.fields} for change in changes]
        yield from outcomes(changes, self._context.client.upsert_many(OBJECT, EXTERNAL_ID, records))


def call_fields(row: Row, turns: Sequence[tuple[str, str, float | None]], person_id: str | None, base_url: str) -> dict[str, Any]:
    """Return every field of spec 4.8 except key and formula; ``person_id`` is the id of the Lead or Contact."""
    person_id = person_id or ""
    performance: Any = None if row["performance"] is None else orjson.loads(row["performance"])
    return {
        "Transcript__c": transcript_html(turns),
        "Call_Summary__c": cut(row["summary"], 32_000),
        "Transcript_URL__c": call_page(base_url, row["session_id"]),
        "Quality_Score__c": within(row["engagement_score"], 0, 10),
        "Call_Date__c": moment(aware(row["start_time"])),
        "Duration_Minutes__c": minutes(row["duration_seconds"]),
        "Related_Lead__c": person_id if person_id.startswith("00Q") else None,
        "Related_Contact__c": person_id if person_id.startswith("003") else None,
        "Metrics_JSON__c": json_within(performance),
    }
