"""Evaluate alert rules and send what they tell, tick after tick, in a process that is killed or kills itself at a named place.

What the rules look at repeats every hour: a backlog that pages (PagerDuty), a vendor whose sync fails (Slack), and two hot leads
(e-mail, where sales have no channel in Slack). The page is acknowledged; the sync's alert is not, so it is repeated in its thread;
both resolve. The schedule ticks every five minutes, at which every rule is due.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from multiprocessing.synchronize import Event
from typing import Any

import dagster as dg
from sqlalchemy import Engine, delete, event, insert, select

from contract.platform.atomic_file import replace_file
from contract.platform.settings import Settings, VendorSettings
from orchestration.alerts.business import Alert, alert_id
from orchestration.alerts.history import record_alerts
from orchestration.alerts.rules import SLOW_MINUTES
from orchestration.alerts.stage import AlertDestination
from orchestration.delivery.destination import Noting, Stage
from orchestration.delivery.engine import sync
from orchestration.delivery.items import Change, ItemOutcome, Source
from orchestration.state.alerting import acknowledge
from orchestration.state.tables import ALERTS, DELIVERY_LOG, DOCUMENTS
from tests.orchestration.alerts.live import ClockedPlatform, Live
from tests.support.alert_channels import HOT_LEAD, MAKE
from tests.support.documents import NOW

CYCLE = 60  # minutes after which what is seen repeats
BACKLOG, FAILING_SYNC, LEADS_AT, TAKEN_FROM = range(45), range(35), 10, 40  # minutes of a cycle
PAGED, TOLD = "Queue Backlog >100", "Destination Sync Failing"
LEADS = 2  # hot leads of a cycle
VENDORS = ("amplitude", "salesforce", "warehouse")  # whose syncs fail, in turn: one is not told again for an hour
CHANNELS = ("pagerduty", "slack", "alert_mail")
EVALUATED, RECORDED = "evaluated, not committed", "committed, nothing sent"
INTENDED, TAKEN, ANSWERED, SENT = "intended, not sent", "taken, not answered", "answered, not recorded", "recorded as sent"


@dataclass
class Death:
    """Where a process kills itself: when it comes to the place for the ``nth`` time."""

    place: str = ""
    nth: int = 1

    def passes(self, place: str) -> None:
        self.nth -= place == self.place
        if place == self.place and self.nth == 0:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Life:
    """One process: it goes on from a minute, until the minute ``end`` or until it is killed."""

    settings: Settings
    vendors: Sequence[VendorSettings]
    minute: int
    end: int | None
    death: Death


def live(life: Life, begun: Event) -> None:
    platform = ClockedPlatform(life.settings, NOW, life.vendors)
    kill_at_commits(life.death)
    dagster_home = life.settings.home / "dagster"
    dagster_home.mkdir(exist_ok=True)
    with dg.DagsterInstance.local_temp(str(dagster_home)) as instance:
        ticking = Live(platform, instance)
        begun.set()
        for minute in count(life.minute, SLOW_MINUTES):
            if minute == life.end:
                return
            replace_file(life.settings.home / "minute", str(minute))
            platform.moment = NOW + timedelta(minutes=minute)
            happen(platform, minute)
            ticking.tick(platform.moment)
            send(platform, minute, life.death)


def happen(platform: ClockedPlatform, minute: int) -> None:
    """Bring what the tick sees into the state of this minute, whichever minutes passed while no process lived."""
    now, cycle = platform.now(), minute // CYCLE
    begin = NOW + timedelta(minutes=cycle * CYCLE)
    waiting = {"day": now.date(), "state": "discovered", "e_tag": "1", "size_bytes": 1, "discovered_at": begin, "change_seq": 1}
    depth = 120 if minute % CYCLE in BACKLOG else 0
    failing = {"kind": "event", "item_key": "1", "state": "pending", "content": {}, "human_edited": []}
    with platform.state.writing() as connection:
        connection.execute(delete(DOCUMENTS))
        if depth:
            rows = [{"store_key": f"waits/{n}", "received_at": begin, **waiting} for n in range(depth)]
            connection.execute(insert(DOCUMENTS), rows)
        connection.execute(delete(DELIVERY_LOG).where(DELIVERY_LOG.c.destination.in_(VENDORS)))
        if minute % CYCLE in FAILING_SYNC:
            since = begin - timedelta(minutes=90)
            row = {**failing, "destination": VENDORS[cycle % len(VENDORS)], "first_failed_at": since, "changed_at": since}
            connection.execute(insert(DELIVERY_LOG).values(row))
        record_alerts(connection, [lead(number) for number in range(leads_until(minute))])
        if minute % CYCLE >= TAKEN_FROM:
            paged = (ALERTS.c.alert_name == PAGED) & ALERTS.c.acknowledged_at.is_(None)
            for number in connection.execute(select(ALERTS.c.id).where(paged)).scalars().all():
                acknowledge(connection, number, "Ada", now)


def leads_until(minute: int) -> int:
    return (minute // CYCLE + (minute % CYCLE >= LEADS_AT)) * LEADS


def lead(number: int) -> Alert:
    """Return the alert of a hot lead as the analysis of its call records it."""
    session = f"hot-{number}"
    at = NOW + timedelta(minutes=number // LEADS * CYCLE + LEADS_AT)
    return Alert(alert_id(HOT_LEAD, session, ""), HOT_LEAD, f"Hot lead: score 9{number % 10}/100", {}, session, at)


def send(platform: ClockedPlatform, minute: int, death: Death) -> None:
    """Run the syncs that are due; each of them comes first in turn, because their jobs run beside each other."""
    first = minute // SLOW_MINUTES % len(CHANNELS)
    for name in (*CHANNELS[first:], *CHANNELS[:first]):
        destination = MAKE[name](platform, lambda seconds: None, platform.now)
        if destination.is_due():
            watch_stages(destination, death)
            assert sync(destination, platform.settings, platform.state, clock=platform.now).failure is None


def kill_at_commits(death: Death) -> None:
    """Watch the transactions that record an alert or its end: killed before the commit nothing of it may be left."""

    def before(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        if statement.startswith(f"INSERT INTO {ALERTS.name} ") or statement.startswith(f"UPDATE {ALERTS.name} SET resolved_at"):
            connection.info["alerts"] = True
        if statement == "COMMIT" and connection.info.get("alerts"):
            death.passes(EVALUATED)

    def after(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        if statement == "COMMIT" and connection.info.pop("alerts", False):
            death.passes(RECORDED)

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "after_cursor_execute", after)


def watch_stages(destination: AlertDestination, death: Death) -> None:
    destination.stages = [WatchedStage(stage, destination.name, death.passes) for stage in destination.stages]


class WatchedStage:
    """A stage of the engine that says where it is."""

    def __init__(self, stage: Stage[Any], destination: str, passes: Callable[[str], None]) -> None:
        self.kind, self._stage, self._destination, self._passes = stage.kind, stage, destination, passes

    def sources(self, reader: Any) -> list[Source]:
        return list(self._stage.sources(reader))

    def plan(self, reader: Any, sources: Sequence[Source]) -> list[Change]:
        return self._stage.plan(reader, sources)

    def send(self, changes: Sequence[Change]) -> Iterator[list[ItemOutcome]]:
        self._passes(f"{self._destination}: {INTENDED}")
        for outcomes in self._stage.send(changes):
            self._passes(f"{self._destination}: {ANSWERED}")
            yield outcomes
            self._passes(f"{self._destination}: {SENT}")

    def note_delivered(self, connection: Any, changes: Sequence[Change]) -> None:
        if isinstance(self._stage, Noting):
            self._stage.note_delivered(connection, changes)
