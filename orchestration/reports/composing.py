"""Compose the e-mail of one report for one recipient, once: what is archived is what is sent, and sent again after a kill."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from functools import cache
from typing import Any

from contract.platform.settings import Settings
from orchestration.mail.addresses import address_of
from orchestration.mail.archive import MailArchive
from orchestration.mail.mime import Email, mime_of
from orchestration.mail.settings import MailSettings
from orchestration.messages.unsubscribe import unsubscribe_headers, unsubscribe_token, unsubscribe_url
from orchestration.reports.corrections import (
    changed_figures,
    correction_lines,
    first_corrected,
    last_told,
    present_figures,
)
from orchestration.reports.due import ReportMailKey
from orchestration.reports.files import report_facts
from orchestration.reports.freshness import calls_missing
from orchestration.reports.kinds import KINDS, ReportKind
from orchestration.reports.notices import Notices
from orchestration.reports.recipients import Recipient
from orchestration.reports.render import rendered
from orchestration.reports.thresholds import ReportThresholds
from orchestration.reports.wording import counted, plain
from orchestration.resources import Platform
from orchestration.state.report_mails import ReportMail, composed_mail, record_composed, told_before
from orchestration.warehouse.reader import open_published

_ID_CHARACTERS = 16  # of the recipient's key in a Message-ID: 64 bits, so that two recipients never share one


def archive_of(settings: Settings) -> MailArchive:
    return MailArchive(settings.home / "mail")


class Composer:
    """Composes e-mails; the facts of a period are read once for all its recipients."""

    def __init__(self, platform: Platform) -> None:
        self._platform, self._archive = platform, archive_of(platform.settings)
        self._mail = platform.settings_of(MailSettings)
        self._facts = cache(self._read_facts)
        self._missing = cache(self._count_missing)

    def mime(self, key: ReportMailKey, recipient: Recipient) -> bytes:
        """Return the e-mail as it was composed first; made now only when there is none, or its copy was removed."""
        with self._platform.state.reading() as connection:
            known = composed_mail(connection, key.report, key.period, key.recipient)
        kept = self._archive.read(known.archived) if known else None
        return kept if kept is not None else self._composed(key, recipient)

    def _composed(self, key: ReportMailKey, recipient: Recipient) -> bytes:
        kind, now = KINDS[key.report], self._platform.now()
        notices, figures = self._notices(kind, key, recipient)
        email = rendered(kind.message(self._facts(kind, key.period), self._platform.settings.base_url, notices))
        sender = address_of(self._mail.sender)
        message_id = f"<{key.report}.{key.period.isoformat()}.{key.recipient[:_ID_CHARACTERS]}@{sender.domain}>"
        mime = mime_of(
            Email(
                message_id=message_id,
                sender=sender,
                to=recipient.address,
                subject=email.subject,
                date=now,
                text=email.text,
                html=email.html,
                pictures={picture.name: picture.png for picture in email.pictures},
                headers={"Auto-Submitted": "auto-generated", **unsubscribe_headers(notices.unsubscribe)},
            )
        )
        archived = self._archive.keep(f"{key.report}-{key.period.isoformat()}-{key.recipient}", key.period, mime)
        mail = ReportMail(key.report, key.period, key.recipient, message_id, now, archived, figures)
        with self._platform.state.writing() as connection:
            record_composed(connection, mail)
        return mime

    def _notices(self, kind: ReportKind, key: ReportMailKey, recipient: Recipient) -> tuple[Notices, dict[str, dict[str, int]]]:
        """Return what is said beside the facts, and the counts that the e-mail tells by period."""
        platform, reference = self._platform, self._platform.reference
        since = first_corrected(kind, key.period, reference.table(ReportThresholds).corrected_days)
        with platform.state.reading() as connection:
            told = last_told(told_before(connection, kind.name, recipient.key, key.period, since), since)
        periods = [date.fromisoformat(period) for period in told]
        with closing(open_published(platform.settings)) as connection:
            present = present_figures(connection, kind, [*periods, key.period], reference)
        changed = changed_figures(told, present)
        own = key.period.isoformat()
        token = unsubscribe_token(platform.pseudonym_secret, kind.name, recipient.key)
        notices = Notices(
            cautions=self._caution(kind, key.period),
            corrections=correction_lines(kind, told, changed, reference),
            footing=(f"You get the {kind.name} report as {plain(recipient.role)}.",),
            unsubscribe=unsubscribe_url(platform.settings.base_url, token),
        )
        return notices, {**changed, own: present[own]}

    def _caution(self, kind: ReportKind, first: date) -> tuple[str, ...]:
        missing = self._missing(kind, first)
        if not missing:
            return ()
        are, calls = "is" if missing == 1 else "are", counted(missing, "call")
        return (f"Not complete: {calls} of this {kind.period} {are} still being processed and {are} in no figure below.",)

    def _read_facts(self, kind: ReportKind, first: date) -> Any:
        return report_facts(self._platform.settings, kind, first)

    def _count_missing(self, kind: ReportKind, first: date) -> int:
        return calls_missing(self._platform, kind.span(first, self._platform.settings.business_zone))
