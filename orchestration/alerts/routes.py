"""Decide which channel of a destination gets an alert: its own, or the next one of ``data/alerts.yml`` that takes it.

A channel that is not set up is passed over. One that has failed to take the alert for a minute, has refused it, or whose circuit is
open, hands it over to the next, and keeps trying itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from orchestration.alerts.rules import AlertRules
from orchestration.delivery.items import DeliveryRecord
from orchestration.state.database import StateDatabase
from orchestration.state.tables import CIRCUITS

HANDED_OVER_AFTER = timedelta(seconds=60)
"""How long a channel may fail to take an alert before the next one gets it, too."""


@dataclass(frozen=True)
class Place:
    """Where a destination stands among the channels of an alert: ``channel`` is its own, ``after`` names the destinations that get
    the alert before it, and ``in_place_of`` the channel of the rule, when it is another one."""

    channel: str
    after: tuple[str, ...] = ()
    in_place_of: str | None = None


class Routes:
    """The channels of the rules that are set up. ``set_up`` has the destination of each channel that is."""

    def __init__(self, rules: AlertRules, set_up: Mapping[str, str]) -> None:
        self._chains: dict[str, tuple[str, ...]] = {
            rule.name: (rule.channel, *rules.next_channels.get(rule.channel, ())) for rule in rules.rules
        }
        self._set_up = set_up

    def place(self, rule: str, destination: str) -> Place | None:
        """Return where the destination stands; None when it never gets an alert of this rule."""
        before: list[str] = []
        own, *others = self._chains.get(rule, ("",))
        for channel in (own, *others):
            found = self._set_up.get(channel)
            if found == destination:
                return Place(channel, tuple(dict.fromkeys(before)), None if channel == own else own)
            if found:
                before.append(found)
        return None


def is_failing(record: DeliveryRecord | None, *, circuit_open: bool, now: datetime) -> bool:
    """Return whether a destination has not taken an alert in time. What is not to be sent there does not fail."""
    if record is None:
        return circuit_open
    if record.state not in ("pending", "parked") or record.content:
        return False  # it is not to be sent, or was taken before it changed
    if record.state == "parked":
        return True
    since = record.first_failed_at or record.intended_at
    return circuit_open or (since is not None and now - since >= HANDED_OVER_AFTER)


def open_circuits(state: StateDatabase, now: datetime) -> Sequence[str]:
    """Return the destinations that are left alone after failures."""
    with state.reading() as connection:
        return list(connection.execute(select(CIRCUITS.c.destination).where(CIRCUITS.c.open_until > now)).scalars())
