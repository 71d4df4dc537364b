"""Reports as items of the delivery engine: each is sent once for each period and recipient.

The engine records the intent before an e-mail is handed to the server and the outcome after. A process killed between the two
leaves it unknown whether the server has it. It is sent again then, with the same Message-ID and the same bytes, so that none is
lost: mailboxes that compare Message-IDs show the two as one. Amazon SES replaces the Message-ID: there it may be seen twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

from contract.platform.failures import PermanentFailure
from orchestration.delivery.hashing import hash_of
from orchestration.delivery.items import Change, ItemOutcome, Source
from orchestration.mail.addresses import address_of
from orchestration.mail.settings import MailSettings
from orchestration.mail.transport import Transport, transport_of
from orchestration.reports.composing import Composer, archive_of
from orchestration.reports.due import DESTINATION, ITEM, ReportMailKey, due_mails, recipients
from orchestration.reports.thresholds import ReportThresholds
from orchestration.resources import Platform
from orchestration.state.unsubscriptions import is_unsubscribed

UNSUBSCRIBED = "The recipient unsubscribed from this report."
NO_RECIPIENT = "Nobody of data/recipients.yml with an address is this recipient any more."
_VERSION = "sent"
"""A report has one version: it is never sent a second time, whatever changes."""


class ReportStage:
    """Plans and sends the e-mails of ``keys``."""

    kind = ITEM

    def __init__(self, platform: Platform, keys: Sequence[ReportMailKey], transport: Transport) -> None:
        self._platform, self._keys, self._transport = platform, keys, transport
        self._recipients = {recipient.key: recipient for recipient in recipients(platform)}
        self._sender = address_of(platform.settings_of(MailSettings).sender).addr_spec
        self._composer = Composer(platform)

    def sources(self, reader: None) -> list[Source]:
        return [Source(str(key), _VERSION) for key in self._keys]

    def plan(self, reader: None, sources: Sequence[Source]) -> list[Change]:
        return [self._change(ReportMailKey.read(source.key)) for source in sources]

    def send(self, changes: Sequence[Change]) -> Iterator[list[ItemOutcome]]:
        for change in changes:
            key = ReportMailKey.read(change.key)
            recipient = self._recipients[key.recipient]
            try:
                remote_id = self._transport.send(self._composer.mime(key, recipient), self._sender, recipient.address)
                yield [ItemOutcome(change.key, delivered=True, remote_id=remote_id)]
            except PermanentFailure as failure:
                yield [ItemOutcome(change.key, delivered=False, permanent=True, reason=str(failure))]

    def _change(self, key: ReportMailKey) -> Change:
        fields = {"report": key.report, "period": key.period.isoformat()}
        recipient = self._recipients.get(key.recipient)
        if recipient is None or key.report not in recipient.reports:
            return Change(str(key), str(key), None, "suppress", reason=NO_RECIPIENT)
        with self._platform.state.reading() as connection:
            if is_unsubscribed(connection, key.report, key.recipient):
                return Change(str(key), str(key), None, "suppress", reason=UNSUBSCRIBED)
        content = {name: hash_of(value) for name, value in fields.items()}
        return Change(str(key), str(key), None, "send", fields={**fields, "to": recipient.role}, content=content)


class ReportMails:
    """E-mails as a destination of the delivery engine; by default those that are due."""

    name = DESTINATION

    def __init__(self, platform: Platform, keys: Sequence[ReportMailKey] | None = None) -> None:
        transport = transport_of(platform.settings_of(MailSettings), platform.settings.destination_timeout_seconds)
        self.stages = (ReportStage(platform, due_mails(platform) if keys is None else keys, transport),)

    def open(self) -> AbstractContextManager[None]:
        return nullcontext()


def remove_old_copies(platform: Platform) -> int:
    """Remove copies of e-mails beyond their retention; return how many."""
    kept = timedelta(days=platform.reference.table(ReportThresholds).archive_days)
    return archive_of(platform.settings).remove_before((platform.now() - kept).date())
