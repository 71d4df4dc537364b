"""Define Amplitude as a destination: events of calls, which cannot be changed once sent, and profiles of callers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from contract.platform.settings import Settings
from contract.platform.times import aware, real_time
from orchestration.delivery.destination import Stage
from orchestration.delivery.items import Change, DeliveryRecord, ItemOutcome, Source
from orchestration.delivery.log import logged_items
from orchestration.delivery.rate_limit import RequestBudget
from orchestration.destinations.amplitude.client import PER_USER, AmplitudeClient, Refused, batches
from orchestration.destinations.amplitude.events import Event, events_of, profile_event, suppressed
from orchestration.destinations.amplitude.reading import read_calls, read_profiles
from orchestration.destinations.amplitude.settings import AmplitudeSettings
from orchestration.resources import Platform
from orchestration.state.database import StateDatabase
from orchestration.warehouse.selection import PublishedVersion, literal, open_for_selection

NAME = "amplitude"
MAPPING = "1"
INCOMPLETE_WAITS = timedelta(minutes=10)
"""Wait for incomplete calls: the complete document may still replace one, but a sent event cannot be replaced."""
REMEMBERED = timedelta(days=7)
"""How long Amplitude deduplicates an insert id. An older send without an answer may be delivered, and is not repeated."""
SUPERSEDED = "It was sent with other content before; Amplitude's events cannot be changed."
LOST = "The answer was lost over seven days ago: the event may be delivered, and Amplitude would count it twice."
_CALLS = """
select
    sessions.session_id, facts.doc_sha, facts.analysis_seq, leads.email is not null, sessions.complete, sessions.created_at, 20000
from sessions
inner join session_facts as facts on sessions.session_id = facts.session_id
left join leads on sessions.lead_key = leads.lead_key
order by sessions.start_time, sessions.session_id
"""
_PROFILES = f"""
with analyses as (
    select sessions.lead_key, list(facts.analysis_seq) as seqs
    from sessions inner join session_facts as facts on sessions.session_id = facts.session_id group by sessions.lead_key
)
select leads.lead_key, md5(concat_ws('|', cast(leads as varchar), {literal(MAPPING)})), 300, coalesce(analyses.seqs, [])
from leads left join analyses on leads.lead_key = analyses.lead_key order by leads.lead_key
"""  # noqa: S608 - ours


class EventStage:
    kind = "event"

    def __init__(self, state: StateDatabase, client: AmplitudeClient, sleep: Callable[[float], None]) -> None:
        self._state, self._client, self._sleep = state, client, sleep

    def sources(self, version: PublishedVersion) -> Iterator[Source]:
        """Yield calls with the version of their analysis; an incomplete call only ten minutes after it was created."""
        for session, sha, seq, known, complete, received, approx_chars in version.each(_CALLS):
            if complete or real_time() - aware(received) >= INCOMPLETE_WAITS:
                yield Source(session, f"{MAPPING}|{sha}|{seq}|{known}", approx_chars, (seq,), session)

    def plan(self, version: PublishedVersion, sources: Sequence[Source]) -> list[Change]:
        calls = read_calls(version, [source.key for source in sources])
        events = [event for call in calls for event in events_of(call)]
        record = logged_items(self._state, NAME, self.kind, [event.key for event in events])
        return [planned(event, event.session_id, record.get(event.key)) for event in events]

    def send(self, changes: Sequence[Change]) -> Iterator[list[ItemOutcome]]:
        yield from send_events(self._client, changes, self._sleep)


class ProfileStage:
    kind = "profile"

    def __init__(self, state: StateDatabase, client: AmplitudeClient, sleep: Callable[[float], None]) -> None:
        self._state, self._client, self._sleep = state, client, sleep

    def sources(self, version: PublishedVersion) -> Iterator[Source]:
        for lead, content, approx_chars, analyses in version.each(_PROFILES):
            yield Source(lead, content, approx_chars, tuple(analyses))

    def plan(self, version: PublishedVersion, sources: Sequence[Source]) -> list[Change]:
        events = [profile_event(profile) for profile in read_profiles(version, [source.key for source in sources])]
        record = logged_items(self._state, NAME, self.kind, [event.key for event in events])
        return [planned(event, event.key, record.get(event.key), settable=True) for event in events]

    def send(self, changes: Sequence[Change]) -> Iterator[list[ItemOutcome]]:
        yield from send_events(self._client, changes, self._sleep)


def planned(
    event: Event, source: str, record: DeliveryRecord | None, *, settable: bool = False, now: datetime | None = None
) -> Change:
    """Plan one event. ``settable`` events replace earlier values; others are sent once, with their first insert id."""
    content = {"content": event.content, "insert_id": event.insert_id}

    def change(action: str, reason: str | None = None, **more: object) -> Change:
        facts: dict[str, object] = {"reason": reason, "content": content, **more}
        return Change(event.key, source, event.session_id, action, **facts)  # type: ignore[arg-type]

    if reason := suppressed(event):
        return change("suppress", reason)
    sent = record.content if record else {}
    if sent.get("content") == event.content:
        return change("unchanged")
    if sent and not settable:
        return change("supersede", SUPERSEDED, content=dict(sent))
    intended = record.intended if record else None
    insert_id = event.insert_id
    if intended and not settable:
        insert_id = intended["insert_id"]
        if record and record.intended_at and (now or real_time()) - record.intended_at > REMEMBERED:
            return change("give_up", LOST)
    content = {"content": event.content, "insert_id": insert_id}
    body = event.body(insert_id)
    shown = {"event_type": event.event_type, **body.get("event_properties", {}), **body.get("user_properties", {}).get("$set", {})}
    return change("send", fields=shown, payload=body)


def send_events(client: AmplitudeClient, changes: Sequence[Change], sleep: Callable[[float], None]) -> Iterator[list[ItemOutcome]]:
    """Yield a list of outcomes per request. A batch that ended at one user's limit is followed by a pause of one second."""
    waits = False
    for batch in batches((change, change.payload) for change in changes):
        if waits:
            sleep(1.0)
        answers = client.send([body for _, body in batch])
        yield [_outcome(change, answer) for (change, _), answer in zip(batch, answers, strict=True)]
        users = [str(body.get("user_id") or body.get("device_id")) for _, body in batch]
        waits = any(users.count(user) >= PER_USER for user in set(users)) if len(users) >= PER_USER else False


def _outcome(change: Change, refused: Refused | None) -> ItemOutcome:
    if refused is None:
        return ItemOutcome(change.key, delivered=True, remote_id=change.content["insert_id"])
    reason = f"Amplitude refused the event ({refused.fields}): fix its schema in the project, then 'voice sync amplitude --again'."
    return ItemOutcome(change.key, delivered=False, permanent=True, code=refused.code, reason=reason)


class AmplitudeDestination:
    name = NAME

    def __init__(self, settings: Settings, stages: Sequence[Stage[PublishedVersion]]) -> None:
        self._settings, self.stages = settings, stages

    def open(self) -> PublishedVersion:
        return open_for_selection(self._settings)


def amplitude(platform: Platform, sleep: Callable[[float], None] = time.sleep) -> AmplitudeDestination:
    """Make the destination; no request is sent to Amplitude yet."""
    own = platform.settings_of(AmplitudeSettings)
    budget = RequestBudget(platform.state, NAME, own.requests_per_minute, 60, sleep=sleep)
    client = AmplitudeClient(own, platform.settings.destination_timeout_seconds, budget, sleep)
    stages = [EventStage(platform.state, client, sleep), ProfileStage(platform.state, client, sleep)]
    return AmplitudeDestination(platform.settings, stages)
