"""Send the e-mails of reports that are due, as a follower; modules that render are imported when something is due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from orchestration.destinations.following import sync_destination
from orchestration.mail.settings import MailSettings
from orchestration.resources import Platform

if TYPE_CHECKING:
    from orchestration.reports.due import ReportMailKey


def missing_mail_setting(platform: Platform) -> str | None:
    """Return the variable that must be set before e-mails can be sent; None when they can."""
    return platform.settings_of(MailSettings).missing


def mails_are_due(platform: Platform) -> bool:
    from orchestration.reports.due import due_mails

    return bool(due_mails(platform))


def send_report_mails(platform: Platform, keys: Sequence[ReportMailKey] | None = None) -> dict[str, Any]:
    """Send the e-mails, by default those that are due, and return counts; raises ``SyncFailure`` when the server is unavailable."""
    from orchestration.reports.mailing import ReportMails, remove_old_copies

    figures = sync_destination(ReportMails(platform, keys), platform)
    return {**figures, "copies removed": remove_old_copies(platform)}
