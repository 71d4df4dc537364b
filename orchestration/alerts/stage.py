"""Alerts on their way to a channel, read from the state database: an alert must not wait for a build of the warehouse.

Each alert is one item, sent once. Where the channel can change what it has, the item is updated in place when the alert is
acknowledged or resolved, and one whose outcome nobody recorded is looked for there before it is sent again. A channel that does not
take an alert is tried for four hours; after one minute the next channel of ``data/alerts.yml`` gets it, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Label, and_, null, select

from contract.platform.failures import ConfigurationFailure, PermanentFailure
from contract.platform.times import real_time
from orchestration.alerts.channel import Channel, FoundMessage, OutgoingAlert, Row, phase_of
from orchestration.alerts.message import alert_message
from orchestration.alerts.routes import Place, Routes, is_failing, open_circuits
from orchestration.alerts.rules import AlertRules
from orchestration.delivery.destination import Stage
from orchestration.delivery.engine import due_sources
from orchestration.delivery.items import Action, Change, DeliveryRecord, ItemOutcome, Source
from orchestration.delivery.log import logged_items, waiting_items
from orchestration.state.alerting import record_sent_to
from orchestration.state.database import StateDatabase
from orchestration.state.tables import ALERTS, DELIVERY_LOG, DOCUMENTS

KIND = "alert"
"""The kind of the items in ``delivery_log``."""
URGENT = "P1"
"""The severity whose alerts do not wait while a circuit is open."""
NEWS_FOR = timedelta(hours=24)
"""An alert of which nothing was ever sent is no news after that: a channel that is set up later does not get the history."""
UPDATED_FOR = timedelta(days=30)
"""How long after it was triggered an alert is still updated."""
TRIED_FOR = timedelta(hours=4)
"""How long a channel is tried that fails: whom an alert reaches later can read it in the list."""
OLD = "It was triggered over 24 hours before the channel could get it."
OVER = "It was acknowledged or resolved before the channel could get it."
OF_A_TEST_CALL = "It is of a test call."
UNCHANGEABLE = "It was sent before it changed; this channel cannot change what it has."
GIVEN_UP = "The channel failed for 4 hours: fix what the code says, then 'voice sync --again'."
_PLACED = ("id", "change_seq", "session_id", "alert_name", "triggered_at", "acknowledged_at", "resolved_at", "suppressed")
"""Columns by which it is decided who gets an alert: a month of them is read each minute, without what they say."""
CONFIGURATION = "configuration"
"""The code of a failure that a setting causes."""


@dataclass(frozen=True)
class CrmCalls:
    """Where ``delivery_log`` has the id of a call's record in the CRM, and the address under which records open."""

    destination: str
    kind: str
    url: str

    def link(self, remote_id: str | None) -> str | None:
        return f"{self.url.rstrip('/')}/{quote(remote_id, safe='')}" if self.url and remote_id else None


@dataclass(frozen=True)
class AlertSync:
    """What every channel's sync reads. ``now`` is when it began; ``clock`` is that of the delivery log.

    With ``crm`` a link to the call's record is added once there is one; ``code_url`` is where the repository is browsed.
    """

    state: StateDatabase
    rules: AlertRules
    routes: Routes
    base_url: str
    now: datetime
    clock: Callable[[], datetime] = real_time
    crm: CrmCalls | None = None
    code_url: str = ""


class AlertStage:
    """One item an alert; with ``urgent_only`` those of severity P1. ``only`` are the alerts it is about, all without it."""

    kind = KIND

    def __init__(
        self, destination: str, channel: Channel, run: AlertSync, *, urgent_only: bool = False, only: Sequence[int] | None = None
    ) -> None:
        self._destination, self._channel, self._run = destination, channel, run
        self._urgent_only, self._only = urgent_only, only
        self._rules = {rule.name: rule for rule in run.rules.rules}

    def sources(self, reader: StateDatabase) -> list[Source]:
        columns = (ALERTS.c[name] for name in _PLACED)
        query = select(*columns, self._crm_id).where(ALERTS.c.triggered_at > self._run.now - UPDATED_FOR)
        if self._urgent_only:
            query = query.where(ALERTS.c.severity == URGENT)
        if self._only is not None:
            query = query.where(ALERTS.c.id.in_(self._only))
        with reader.reading() as connection:
            found = connection.execute(query.order_by(ALERTS.c.triggered_at, ALERTS.c.id)).mappings()
            rows: list[Row] = [dict(row) for row in found]
        placed = [(row, place) for row in rows if (place := self._place(row))]
        waiting = self._backing_off()
        handed_over = self._handed_over([(row, place) for row, place in placed if place.after])
        taken = [row for row, place in placed if (not place.after or row["id"] in handed_over) and str(row["id"]) not in waiting]
        return [Source(str(row["id"]), _version(row), session_id=row["session_id"]) for row in taken]

    def has_something_to_send(self, reader: StateDatabase) -> bool:
        """Return whether an alert is to be sent, or given up; what is only to be recorded waits for the next that is."""
        keys = [source.key for source in due_sources(self, self._destination, self._run.state, reader)]
        records = logged_items(self._run.state, self._destination, self.kind, keys)
        alerts = (self._outgoing(row) for row in self._rows(reader, keys))
        return any(self._planned(alert, records.get(alert.key), None).action in ("send", "park") for alert in alerts)

    @property
    def _crm_id(self) -> Label[Any]:
        """The id of the record of the alert's call in the CRM; null while it has none."""
        crm = self._run.crm
        if crm is None or not crm.url:
            return null().label("crm_id")
        c = DELIVERY_LOG.c
        of_call = (c.destination == crm.destination, c.kind == crm.kind, c.item_key == ALERTS.c.session_id)
        return select(c.remote_id).where(*of_call).scalar_subquery().label("crm_id")

    def plan(self, reader: StateDatabase, sources: Sequence[Source]) -> list[Change]:
        keys = [source.key for source in sources]
        records = logged_items(self._run.state, self._destination, self.kind, keys)
        alerts = [self._outgoing(row) for row in self._rows(reader, keys)]
        found = self._found(alerts, records)
        return [self._planned(alert, records.get(alert.key), found.get(alert.key)) for alert in alerts]

    def send(self, changes: Sequence[Change]) -> Iterator[list[ItemOutcome]]:
        for place, change in enumerate(changes):
            try:
                if change.remote_id:
                    self._channel.update(change.remote_id, change.payload)
                remote_id = change.remote_id or self._channel.post(change.payload)
                yield [ItemOutcome(change.key, delivered=True, remote_id=remote_id)]
            except PermanentFailure as failure:
                yield [ItemOutcome(change.key, delivered=False, permanent=True, reason=str(failure))]
            except ConfigurationFailure as failure:
                yield [
                    ItemOutcome(one.key, delivered=False, code=CONFIGURATION, reason=failure.remedy) for one in changes[place:]
                ]  # recorded, so that the next channel takes over
                raise

    def note_delivered(self, connection: Connection, changes: Sequence[Change]) -> None:
        """Enter the channel into ``alerts.sent_to``."""
        for change in changes:
            record_sent_to(connection, int(change.key), change.payload.channel)

    def _place(self, row: Row) -> Place | None:
        return self._run.routes.place(row["alert_name"], self._destination)

    def _backing_off(self) -> set[str]:
        """Return the items whose next try is not due yet."""
        keys = waiting_items(self._run.state, self._destination, self.kind)
        records, now = logged_items(self._run.state, self._destination, self.kind, keys), self._run.clock()

        def is_early(record: DeliveryRecord) -> bool:
            wait = self._channel.backoff(record.code, record.failures) if record.failures else timedelta()
            return record.changed_at is not None and now < record.changed_at + wait

        return {key for key, record in records.items() if is_early(record)}

    def _handed_over(self, placed: Sequence[tuple[Row, Place]]) -> set[int]:
        """Return the alerts that every channel before this one fails to take, and those that it got in this way before."""
        run, keys = self._run, [str(row["id"]) for row, _ in placed]
        records_of = {
            name: logged_items(run.state, name, self.kind, keys)
            for name in {self._destination, *(before for _, place in placed for before in place.after)}
        }
        circuits, now = open_circuits(run.state, run.clock()), run.clock()

        def fails(name: str, key: str) -> bool:
            return is_failing(records_of[name].get(key), circuit_open=name in circuits, now=now)

        return {
            row["id"]
            for row, place in placed
            if str(row["id"]) in records_of[self._destination]
            or (self._is_news(row) and all(fails(before, str(row["id"])) for before in place.after))
        }

    def _is_news(self, row: Row) -> bool:
        return phase_of(row) == "firing" and row["suppressed"] is None and row["triggered_at"] > self._run.now - NEWS_FOR

    def _rows(self, reader: StateDatabase, keys: Sequence[str]) -> list[Row]:
        """Read alerts, oldest first, each with whether its call is a test call."""
        tests = select(DOCUMENTS.c.session_id).where(DOCUMENTS.c.test_call, DOCUMENTS.c.session_id == ALERTS.c.session_id)
        query = select(ALERTS, and_(ALERTS.c.session_id.is_not(None), tests.exists()).label("is_test"), self._crm_id)
        with reader.reading() as connection:
            rows = connection.execute(query.where(ALERTS.c.id.in_(map(int, keys))).order_by(ALERTS.c.triggered_at, ALERTS.c.id))
            return [dict(row) for row in rows.mappings()]

    def _outgoing(self, row: Row) -> OutgoingAlert:
        place = self._place(row) or Place("")
        rule, run = self._rules.get(row["alert_name"]), self._run
        message = alert_message(
            row,
            run.base_url,
            rule.runbook if rule else "",
            action=rule.action if rule else "",
            in_place_of=place.in_place_of,
            crm_page=run.crm.link(row["crm_id"]) if run.crm else None,
            code_url=run.code_url,
        )
        content = self._channel.content_of(row, message)
        return OutgoingAlert(str(row["id"]), row, message, content, place.channel, place.in_place_of)

    def _found(self, alerts: Sequence[OutgoingAlert], records: Mapping[str, DeliveryRecord]) -> Mapping[str, FoundMessage]:
        if not self._channel.is_editable:
            return {}
        lost = {key: r.intended_at for key, r in records.items() if r.intended_at and r.intended and not r.remote_id}
        return self._channel.find(lost, {alert.key: alert for alert in alerts if alert.key in lost}) if lost else {}

    def _planned(self, alert: OutgoingAlert, record: DeliveryRecord | None, found: FoundMessage | None) -> Change:
        facts: dict[str, Any] = {"content": {"message": alert.content}, "fields": {"message": alert.message.subject}}

        def change(action: Action, reason: str | None = None, remote_id: str | None = None) -> Change:
            session = alert.row["session_id"]
            return Change(alert.key, alert.key, session, action, reason=reason, remote_id=remote_id, payload=alert, **facts)

        sent = found.content if found else record.content.get("message") if record else None
        remote_id = found.remote_id if found else record.remote_id if record else None
        if sent is None and not (record and record.intended) and (reason := self._not_to_be_sent(alert)):
            return change("suppress", reason)
        if sent == alert.content:
            return change("unchanged", remote_id=remote_id)
        if sent and not self._channel.is_editable:
            return change("supersede", UNCHANGEABLE)
        if self._is_given_up(record):
            return change("park", GIVEN_UP, remote_id)
        return change("send", remote_id=remote_id)

    def _is_given_up(self, record: DeliveryRecord | None) -> bool:
        failing_since = record.first_failed_at if record and record.state == "pending" else None
        return failing_since is not None and self._run.clock() - failing_since >= TRIED_FOR

    def _not_to_be_sent(self, alert: OutgoingAlert) -> str | None:
        row = alert.row
        if row["suppressed"]:
            return row["suppressed"]
        if row["is_test"]:
            return OF_A_TEST_CALL
        if phase_of(row) != "firing" and (self._channel.only_open or alert.in_place_of):
            return OVER
        return OLD if row["triggered_at"] < self._run.now - NEWS_FOR else None


def _version(row: Row) -> str:
    return " ".join(filter(None, (str(row["change_seq"]), row["crm_id"])))


class AlertDestination:
    """A channel as a destination of the delivery engine.

    ``more`` are stages beside that of the alerts; ``only`` are the alerts it is about, all without it.
    """

    def __init__(
        self,
        name: str,
        channel: Channel,
        run: AlertSync,
        more: Sequence[Stage[StateDatabase]] = (),
        only: Sequence[int] | None = None,
    ) -> None:
        self.name, self._state = name, run.state
        self._alerts, self._more = AlertStage(name, channel, run, only=only), more
        self.stages: Sequence[Stage[StateDatabase]] = (self._alerts, *more)
        self.urgent_stages: Sequence[Stage[StateDatabase]] = (AlertStage(name, channel, run, urgent_only=True, only=only),)

    def open(self) -> AbstractContextManager[StateDatabase]:
        return nullcontext(self._state)

    def is_due(self) -> bool:
        """Return whether something is to be sent or changed at the channel, now or after a failed try."""
        more = (next(due_sources(stage, self.name, self._state, self._state), None) for stage in self._more)
        return self._alerts.has_something_to_send(self._state) or any(more)
