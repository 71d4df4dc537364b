"""Book meetings as ``.ics`` files (RFC 5545) in a folder, for calls without Google Calendar. One file is one event, named by id."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from agent.meetings.booking import Booking, MeetingRequest
from agent.meetings.slots import Span, checked, event_id, free_slot
from agent.meetings.when import start_window
from contract.platform.atomic_file import replace_file
from contract.platform.failures import TransientFailure

_TIMES = re.compile(r"^DT(START|END):(\d{8}T\d{6})Z\r?$", re.M)
_STAMP = "%Y%m%dT%H%M%S"


class EmbeddedCalendar:
    """Keep one file per meeting. ``base_url`` gives its stable link, ``{base_url}/meetings/<event id>``; None gives no link."""

    def __init__(self, folder: Path, length: timedelta, base_url: str | None = None) -> None:
        self._folder = folder
        self._length = length
        self._base_url = base_url
        self._writing = asyncio.Lock()

    async def book(self, request: MeetingRequest, *, now: datetime, zone: tzinfo, key: str) -> Booking:
        """Book a meeting, or return the booking whose file exists. A folder that cannot be written raises ``TransientFailure``."""
        wish = checked(request)
        async with self._writing:
            try:
                return await asyncio.to_thread(self._book, wish, now, zone, event_id(key))
            except OSError as error:
                raise TransientFailure("The meetings' folder cannot be used.", "Check its disk and permissions.") from error

    def _book(self, wish: MeetingRequest, now: datetime, zone: tzinfo, event: str) -> Booking:
        path = self._folder / f"{event}.ics"
        if path.exists() and (known := _span(path.read_text(encoding="utf-8"))):
            return self._booking(known[0], zone, event)
        busy = [span for file in self._folder.glob("*.ics") if (span := _span(file.read_text(encoding="utf-8")))]
        window = start_window(wish.preferred_date, wish.preferred_time, now, zone)
        start = free_slot(window.start, busy, self._length, window.ends)
        replace_file(path, _event(event, start, start + self._length, now, wish))
        return self._booking(start, zone, event, window.moved_to(start))

    def _booking(self, start: datetime, zone: tzinfo, event: str, wanted: datetime | None = None) -> Booking:
        link = f"{self._base_url.rstrip('/')}/meetings/{event}" if self._base_url else None
        return Booking(start.astimezone(zone), link, event, wanted)


def _span(text: str) -> Span | None:
    times = {name: datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC) for name, stamp in _TIMES.findall(text)}
    return (times["START"], times["END"]) if len(times) == 2 else None


def _event(event: str, start: datetime, end: datetime, now: datetime, wish: MeetingRequest) -> str:
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//voice-call-data-platform//agent//EN",
        "BEGIN:VEVENT",
        f"UID:{event}",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{_utc(start)}",
        f"DTEND:{_utc(end)}",
        f"SUMMARY:{_escaped(f'PandaDoc: {wish.customer_name}')}",
        f"ATTENDEE:mailto:{wish.customer_email}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):{_STAMP}}Z"


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text)


def _folded(line: str) -> str:
    """Fold a line to at most 75 octets (RFC 5545, 3.1); 18 characters never exceed them in UTF-8 once continued."""
    if len(line.encode()) <= 75:
        return line
    return "\r\n ".join(line[at : at + 18] for at in range(0, len(line), 18))
