"""Define the protocol of a calendar, a meeting request and a booking (spec 1.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol


@dataclass(frozen=True, slots=True)
class MeetingRequest:
    """Hold a meeting request as the caller spoke it; every value is untrusted."""

    customer_name: str
    customer_email: str
    preferred_date: str | None
    preferred_time: str | None


@dataclass(frozen=True, slots=True)
class Booking:
    """Hold a booked meeting. ``meeting_time`` is aware and in the caller's zone; ``meeting_link`` is None when there is none;
    ``wanted`` is the hour that was asked for, where it was taken and a later one is booked.
    """

    meeting_time: datetime
    meeting_link: str | None
    calendar_event_id: str
    wanted: datetime | None = None


class Calendar(Protocol):
    """Book meetings in a calendar.

    The same ``key`` is the same meeting: booking it again gives the first booking and never a second event. Raises
    ``TransientFailure`` when the calendar is unavailable for now and ``PermanentFailure`` when the request cannot be met.
    """

    async def book(self, request: MeetingRequest, *, now: datetime, zone: tzinfo, key: str) -> Booking: ...
