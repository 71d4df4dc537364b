"""Decide which e-mails are due: one for each report, period and recipient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cache

from orchestration.delivery.log import handled_versions, waiting_items
from orchestration.mail.settings import MailSettings
from orchestration.reports.freshness import calls_missing
from orchestration.reports.kinds import KINDS, ReportKind
from orchestration.reports.recipients import Recipient, RecipientList, recipients_of
from orchestration.reports.thresholds import ReportThresholds
from orchestration.resources import Platform
from orchestration.state.report_mails import composed_mail
from orchestration.warehouse.manifest import read_manifest

DESTINATION, ITEM = "email", "report"
SENT_LATE = timedelta(hours=12)
"""How long after it was due a report is still begun, when nothing ran at 8:00: that evening; then the next morning's is enough."""
_PERIODS = 4
"""Periods looked back over: more than can be due within ``SENT_LATE`` in any zone."""


@dataclass(frozen=True)
class ReportMailKey:
    """What one e-mail is: in text it is the item's key in ``delivery_log``, and free of personal data."""

    report: str
    period: date
    recipient: str

    @classmethod
    def read(cls, text: str) -> ReportMailKey:
        report, period, recipient = text.split(" ")
        return cls(report, date.fromisoformat(period), recipient)

    def __str__(self) -> str:
        return f"{self.report} {self.period.isoformat()} {self.recipient}"


def recipients(platform: Platform) -> tuple[Recipient, ...]:
    addresses = platform.settings_of(MailSettings).by_recipient
    return recipients_of(platform.reference.table(RecipientList), addresses, platform.pseudonym_secret)


def due_mails(platform: Platform) -> list[ReportMailKey]:
    """Return the e-mails to send now: those that are due and whose figures are complete or have been waited for, and those begun.

    What was sent is left out. Nothing is due before a warehouse is published.
    """
    if platform.settings_of(MailSettings).missing or read_manifest(platform.settings.published_dir) is None:
        return []
    begun = [ReportMailKey.read(key) for key in waiting_items(platform.state, DESTINATION, ITEM)]
    ready = _ready(platform, _not_handled(platform, _due(recipients(platform), platform.now(), platform.settings.business_zone)))
    return list(dict.fromkeys([*begun, *ready]))


def mails_of(platform: Platform, kind: ReportKind, first: date) -> list[ReportMailKey]:
    """Return the e-mails of one report and period, due or not, to all its recipients."""
    return [ReportMailKey(kind.name, first, each.key) for each in recipients(platform) if kind.name in each.reports]


def _due(listed: Iterable[Recipient], now: datetime, business: tzinfo) -> Iterator[tuple[ReportMailKey, datetime]]:
    for recipient in listed:
        for kind in (kind for name, kind in KINDS.items() if name in recipient.reports):
            latest = kind.first_day(now.astimezone(business).date())
            for back in range(_PERIODS, 0, -1):
                first = latest - timedelta(days=back * kind.days)
                due_at = recipient.due_at(kind, first, business)
                if now - SENT_LATE < due_at <= now:
                    yield ReportMailKey(kind.name, first, recipient.key), due_at


def _not_handled(platform: Platform, due: Iterable[tuple[ReportMailKey, datetime]]) -> Sequence[tuple[ReportMailKey, datetime]]:
    found = list(due)
    handled = handled_versions(platform.state, DESTINATION, ITEM, [str(key) for key, _ in found])
    return [(key, due_at) for key, due_at in found if str(key) not in handled]


def _ready(platform: Platform, due: Sequence[tuple[ReportMailKey, datetime]]) -> list[ReportMailKey]:
    """Return those that need not wait: calls of the period may still be on their way for an hour after it was due."""
    longest_wait = timedelta(minutes=platform.reference.table(ReportThresholds).fresh_within_minutes)

    @cache
    def missing(report: str, period: date) -> int:
        return calls_missing(platform, KINDS[report].span(period, platform.settings.business_zone))

    return [
        key
        for key, due_at in due
        if platform.now() - due_at >= longest_wait or _is_composed(platform, key) or not missing(key.report, key.period)
    ]


def _is_composed(platform: Platform, key: ReportMailKey) -> bool:
    with platform.state.reading() as connection:
        return composed_mail(connection, key.report, key.period, key.recipient) is not None
