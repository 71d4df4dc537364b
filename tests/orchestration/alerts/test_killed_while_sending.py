"""Killed twenty times while rules are evaluated and alerts are sent, each channel keeps what docs/alerts.md says of it.

Fourteen kills are at named places, between each step and the next, six after random delays. ``VOICE_KILLS`` makes more of both.
"""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from contract.platform.settings import VendorSettings
from orchestration.alerts.dedup_keys import dedup_key
from orchestration.alerts.rules import SLOW_MINUTES
from orchestration.destinations.alert_mail.settings import AlertMailSettings
from orchestration.mail.settings import MailSettings
from orchestration.state.tables import ALERTS, DELIVERY_LOG
from tests.orchestration.alerts import killed_sending
from tests.orchestration.alerts.killed_sending import (
    ANSWERED,
    CHANNELS,
    CYCLE,
    EVALUATED,
    INTENDED,
    LEADS,
    PAGED,
    RECORDED,
    SENT,
    TAKEN,
    TOLD,
    Death,
    Life,
)
from tests.support.alert_channels import HOT_LEAD, AlertHome, alert_home
from tests.support.documents import NOW
from tests.support.forked import FORKED
from tests.support.mail_server import Inbox, mail_server

KILLS = int(os.environ.get("VOICE_KILLS", "20"))
PLACES = (EVALUATED, RECORDED, *(f"{name}: {place}" for name in CHANNELS for place in (INTENDED, TAKEN, ANSWERED, SENT)))
AT_RANDOM = 6  # of twenty kills
SECONDS = 0.5  # most that a process lives that is killed at random: a few ticks
HANGS_AFTER = 300  # seconds
SENDS = {"trigger", "acknowledge", "resolve", "chat.postMessage", "chat.update", "hook ops", "mail"}


@dataclass
class Hunt:
    """A home whose processes are killed; ``chance`` decides how often they pass a place before, and when they are started again."""

    home: AlertHome
    inbox: Inbox
    chance: random.Random

    @property
    def minute(self) -> int:
        """The minute that a process has begun last."""
        file = self.home.platform.settings.home / "minute"
        return int(file.read_text()) if file.exists() else 0

    def kill(self, place: str | None) -> None:
        """Let a process live until it comes to the place, or for a random time without one; then it is dead."""
        started = self.minute + self.chance.choice((0, 0, SLOW_MINUTES))  # at once or later, as a daemon is started again
        death = Death(place or "", self.chance.choice((1, 1, 2)))
        process = self._process(Life(self.home.platform.settings, self.home.vendors, started, None, death))
        process.join(HANGS_AFTER if place else self.chance.uniform(0, SECONDS))
        if process.exitcode is None and process.pid and not place:
            os.kill(process.pid, signal.SIGKILL)
            process.join()
        assert process.exitcode == -signal.SIGKILL, f"{place}: {process.exitcode}"

    def end(self) -> int:
        """Let a process live to the end of the next cycle; return the number of cycles."""
        cycles = self.minute // CYCLE + 2
        life = Life(self.home.platform.settings, self.home.vendors, self.minute, cycles * CYCLE, Death())
        process = self._process(life)
        process.join(HANGS_AFTER)
        assert process.exitcode == 0
        return cycles

    def _process(self, life: Life) -> Any:
        begun = FORKED.Event()
        process = FORKED.Process(target=killed_sending.live, args=(life, begun))

        def on_taken(channel: str, asked: str) -> None:
            if asked in SENDS and process.pid and life.death.place == f"{channel}: {TAKEN}":
                life.death.nth -= 1
                if life.death.nth == 0:
                    os.kill(process.pid, signal.SIGKILL)

        self.home.service.on_taken = lambda asked: on_taken("pagerduty", asked)
        self.home.workspace.on_taken = lambda asked: on_taken("slack", asked)
        self.inbox.on_taken = lambda: on_taken("alert_mail", "mail")
        process.start()
        assert begun.wait(HANGS_AFTER)
        return process


@contextmanager
def hunt(home: Path, by_webhook: bool) -> Iterator[Hunt]:
    """A home with PagerDuty, Slack for operations, and e-mail for sales."""
    with mail_server() as inbox:
        mail: list[VendorSettings] = [
            MailSettings(sender="Voice <voice@example.com>", smtp_host="127.0.0.1", smtp_port=inbox.port, smtp_security="none"),
            AlertMailSettings(sales_address=SecretStr("sales@example.com")),
        ]
        with alert_home(home, more=mail, by_webhook=by_webhook, requests_per_minute=10**6, sales_channel="") as made:
            made.workspace.clock = lambda: (NOW + timedelta(minutes=hunted.minute)).timestamp()
            hunted = Hunt(made, inbox, random.Random(18))
            yield hunted


def places(chance: random.Random, named: Sequence[str], kills: int) -> list[str | None]:
    """Return where to kill, in random order: at each named place equally often, and beside them at random."""
    found: list[str | None] = []
    while len(found) < kills:
        some = [*named, *[None] * max(1, len(named) * AT_RANDOM // len(PLACES))]
        chance.shuffle(some)
        found += some
    return found[:kills]


def alerts_of(home: AlertHome) -> list[dict[str, Any]]:
    with home.platform.state.reading() as connection:
        return [dict(row) for row in connection.execute(select(ALERTS).order_by(ALERTS.c.triggered_at)).mappings()]


def the_hunted(
    home: Path, named: Sequence[str] = PLACES, kills: int = KILLS, *, by_webhook: bool = False
) -> Iterator[tuple[Hunt, list[dict[str, Any]]]]:
    """Kill processes, let one finish, and give what it leaves: of each incident one alert, over where it was over, and all sent."""
    with hunt(home, by_webhook) as hunted:
        for place in places(hunted.chance, named, kills):
            hunted.kill(place)
        cycles, alerts = hunted.end(), alerts_of(hunted.home)
        assert Counter(alert["alert_name"] for alert in alerts) == {PAGED: cycles, TOLD: cycles, HOT_LEAD: cycles * LEADS}
        assert all(alert["resolved_at"] for alert in alerts if alert["alert_name"] != HOT_LEAD)
        assert {alert["suppressed"] for alert in alerts} == {None}
        with hunted.home.platform.state.reading() as connection:
            open_items = select(DELIVERY_LOG.c.item_key).where(DELIVERY_LOG.c.state == "pending")
            assert connection.execute(open_items).all() == []
        yield hunted, alerts


def keys(alerts: list[dict[str, Any]], rule: str) -> list[str]:
    return [str(alert["id"]) for alert in alerts if alert["alert_name"] == rule]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hunt, list[dict[str, Any]]]]:
    yield from the_hunted(tmp_path_factory.mktemp("hunted"))


def test_pagerduty_has_one_incident_for_each_page_and_never_opens_it_again(left: tuple[Hunt, list[dict[str, Any]]]):
    hunted, alerts = left
    incidents = hunted.home.service.incidents
    assert [one.key for one in incidents] == [dedup_key(key) for key in keys(alerts, PAGED)]
    for one in incidents:
        assert (one.log[0], one.log[-1], one.status) == ("trigger", "resolve", "resolved")
        assert one.log == sorted(one.log, key=("trigger", "acknowledge", "resolve").index)


def test_slack_has_one_message_for_each_alert_as_it_is_in_the_end_and_repeats_it_once(left: tuple[Hunt, list[dict[str, Any]]]):
    hunted, alerts = left
    workspace = hunted.home.workspace
    messages = Counter(message["metadata"]["event_payload"]["alert"] for message in workspace.messages["C0OPS"])
    assert set(messages.values()) == {1}
    stands_in = messages.keys() - set(keys(alerts, TOLD))
    assert stands_in <= set(keys(alerts, PAGED))  # of pages that PagerDuty had not recorded for a minute
    assert messages.keys() >= set(keys(alerts, TOLD))
    assert all("*Resolved*" in str(message["blocks"]) for message in workspace.messages["C0OPS"])
    repeated = [reply["metadata"]["event_payload"]["alert"] for replies in workspace.replies.values() for reply in replies]
    assert sorted(repeated) == sorted(keys(alerts, TOLD))


def test_each_e_mail_is_sent_and_what_is_sent_again_is_the_same(left: tuple[Hunt, list[dict[str, Any]]]):
    hunted, alerts = left
    bytes_of = {str(message["Message-ID"]): set[bytes]() for message in hunted.inbox.messages}
    for message, (_, content) in zip(hunted.inbox.messages, hunted.inbox.taken, strict=True):
        bytes_of[str(message["Message-ID"])].add(content)
    assert bytes_of.keys() == {f"<alert.{key}.email_sales@example.com>" for key in keys(alerts, HOT_LEAD)}
    assert {len(contents) for contents in bytes_of.values()} == {1}
    assert 0 < len(hunted.inbox.taken) - len(bytes_of) <= KILLS


def test_the_list_of_alerts_names_each_channel_that_took_one(left: tuple[Hunt, list[dict[str, Any]]]):
    _, alerts = left
    first = {PAGED: "pagerduty", TOLD: "slack_ops", HOT_LEAD: "email_sales"}
    for alert in alerts:
        assert first[alert["alert_name"]] in alert["sent_to"].split(", ")


def test_by_webhook_each_alert_arrives_at_least_once(tmp_path: Path):
    of_slack = [place for place in PLACES if place.startswith("slack")]
    for hunted, alerts in the_hunted(tmp_path, of_slack, KILLS // 4, by_webhook=True):
        posted = [str(body["blocks"]) for body in hunted.home.workspace.hooked["ops"]]
        for alert in alerts:
            triggered = f"<!date^{alert['triggered_at'].timestamp():.0f}^"
            times = sum(TOLD in text and triggered in text for text in posted)
            assert (times > 0) == (alert["alert_name"] == TOLD), alert["alert_name"]
        assert 0 < len(posted) - len(keys(alerts, TOLD)) <= KILLS // 4
