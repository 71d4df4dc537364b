"""Book a meeting during a call: idempotent, recorded with every field of spec 1.5, and never silent on failure."""

from __future__ import annotations

import logging
from asyncio import CancelledError
from datetime import datetime
from hashlib import sha256

from agent.call import Call
from agent.meetings.booking import Booking, MeetingRequest
from agent.meetings.wording import UnclearTime
from agent.speech.phrases import phrases
from contract.platform.calendar_words import MONTHS, WEEKDAYS
from contract.platform.failures import VoiceError

log = logging.getLogger(__name__)


async def book(call: Call, call_id: str, name: str, email: str, date: str | None, time: str | None) -> str:
    """Book and return what the model reads: when the meeting is, or what to say instead."""
    request = MeetingRequest(name, email, date, time)
    booked: Booking | None = None
    error: str | None = "interrupted"
    unclear: UnclearTime | None = None
    try:
        booked = await call.calendar.book(request, now=call.now(), zone=call.zone, key=_key(call, request))
        error = None
    except CancelledError:
        raise
    except VoiceError as failure:
        error = failure.problem
        unclear = failure if isinstance(failure, UnclearTime) else None
        log.warning("%s: booking failed: %s", call.session_id, type(failure).__name__)
    finally:
        _record(call, call_id, request, booked, error)
    if unclear is not None:
        return phrases().booking_unclear.format(reason=unclear.problem, remedy=unclear.remedy)
    return phrases().booking_failed.format(reason=error) if booked is None else _confirmed(booked)


def _confirmed(booked: Booking) -> str:
    """Name weekday, date, time and zone, so that the caller can object to a wrong one; and a later hour than asked for."""
    said = f"Booked for {_spoken(booked.meeting_time)}. The invitation is on its way. Say weekday, date, time and zone."
    return f"{said} {phrases().booking_moved.format(wanted=_spoken(booked.wanted))}" if booked.wanted else said


def _spoken(moment: datetime) -> str:
    """Return e.g. 'Tuesday, 1 December 2026 at 14:00 EST (America/New_York)'; names do not follow the process's locale."""
    day = f"{WEEKDAYS[moment.weekday()]}, {moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    return f"{day} at {moment:%H:%M} {moment.tzname()} ({moment.tzinfo})"


def _key(call: Call, request: MeetingRequest) -> str:
    """Build the idempotency key: the same request in the same call is one meeting, however often the model asks for it."""
    parts = (call.session_id, request.customer_email, request.preferred_date, request.preferred_time)
    return sha256("\n".join(part or "" for part in parts).encode()).hexdigest()


def _record(call: Call, call_id: str, request: MeetingRequest, booked: Booking | None, error: str | None) -> None:
    call.recorder.note(
        "tool",
        call_id=call_id,
        tool="book_sales_meeting",
        customer_name=request.customer_name,
        customer_email=request.customer_email,
        preferred_date=request.preferred_date,
        preferred_time=request.preferred_time,
        success=booked is not None,
        meeting_link=booked.meeting_link if booked else None,
        calendar_event_id=booked.calendar_event_id if booked else None,
        meeting_time=booked.meeting_time.isoformat() if booked else None,
        error=error,
    )
