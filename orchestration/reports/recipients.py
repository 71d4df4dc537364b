"""``data/recipients.yml`` and ``VOICE_MAIL_ADDRESSES``: who gets which report, and when it is due for them."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import sha256
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from contract.platform.settings import known_zone
from contract.reference import ReferenceTable
from orchestration.reports.kinds import ReportKind

KEY_CHARACTERS = 32  # of a recipient's key: 128 bits, so that no two people share one


class ListedRecipient(BaseModel):
    """One entry of the file; its own comments explain the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    role: str = Field(min_length=1)
    zone: str
    at: time = time(8)
    reports: tuple[Literal["daily", "weekly"], ...] = Field(min_length=1)

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        return known_zone(zone)


class RecipientList(ReferenceTable):
    """The whole file."""

    file: ClassVar[str] = "recipients.yml"
    recipients: tuple[ListedRecipient, ...]

    @model_validator(mode="after")
    def _names_are_unique(self) -> RecipientList:
        names = [recipient.name for recipient in self.recipients]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{', '.join(twice)} stands there more than once")
        return self


@dataclass(frozen=True)
class Recipient:
    """Somebody with an address. ``key`` identifies them in logs, file names and tokens; it does not reveal the address."""

    key: str
    address: str
    role: str
    zone: tzinfo
    at: time
    reports: frozenset[str]

    def due_at(self, kind: ReportKind, first: date, business: tzinfo) -> datetime:
        """Return when the report of a period is due for them.

        The daily report: at the first 8:00 on their own clock at which the business day is over. The weekly one: on the Monday
        after the week at 8:00, or later that Monday where the business week ends after it. So each period is due once, also around
        a change of the clocks in either zone.
        """
        end = kind.span(first, business).end
        if kind.days > 1:
            return max(end, self._eight(first + timedelta(days=kind.days)))
        day = end.astimezone(self.zone).date()
        return next(at for at in map(self._eight, (day, day + timedelta(days=1))) if at >= end)

    def _eight(self, day: date) -> datetime:
        return datetime.combine(day, self.at, tzinfo=self.zone).astimezone(UTC)


def recipients_of(listed: RecipientList, addresses: Mapping[str, str], secret: bytes) -> tuple[Recipient, ...]:
    """Return the recipients with an address, each person once: who stands there twice gets the reports of the first entry."""
    found: dict[str, Recipient] = {}
    for entry in listed.recipients:
        if address := addresses.get(entry.name):
            key = recipient_key(address, secret)
            found.setdefault(key, Recipient(key, address, entry.role, ZoneInfo(entry.zone), entry.at, frozenset(entry.reports)))
    return tuple(found.values())


def recipient_key(address: str, secret: bytes) -> str:
    """Return a keyed hash of an address: another person behind the same name is another recipient."""
    return hmac.new(secret, f"report recipient {address.lower()}".encode(), sha256).hexdigest()[:KEY_CHARACTERS]
