"""Choose the calendar a call books meetings in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from agent.meetings.booking import Calendar
from agent.meetings.embedded import EmbeddedCalendar
from agent.meetings.google_calendar import GoogleCalendar
from agent.meetings.google_token import ServiceAccount
from agent.outbound import TimeBounds
from agent.settings import AgentSettings
from contract.platform.failures import ConfigurationFailure

_SHARED = "calendar.google.com"


def calendar_for(settings: AgentSettings, home: Path, base_url: str) -> Calendar:
    """Return Google Calendar when one is named, else ``.ics`` files in ``<home>/meetings``.

    A person's calendar has their address as its id: the service account then acts for them (domain-wide delegation).
    """
    length = timedelta(minutes=settings.meeting_minutes)
    calendar = settings.google_calendar_id
    if not calendar:
        return EmbeddedCalendar(home / "meetings", length, base_url)
    if settings.google_credentials is None:
        problem = "VOICE_AGENT_GOOGLE_CALENDAR_ID is set without VOICE_AGENT_GOOGLE_CREDENTIALS."
        raise ConfigurationFailure(problem, "Name the service account's key file too.")
    subject = calendar if "@" in calendar and not calendar.endswith(_SHARED) else None
    account = ServiceAccount.of_file(settings.google_credentials, subject)
    return GoogleCalendar(calendar, account, length, TimeBounds(settings.tool_timeout_seconds))
