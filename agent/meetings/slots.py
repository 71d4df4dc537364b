"""Define what every calendar agrees on: business hours, event ids and a valid meeting request."""

from __future__ import annotations

from base64 import b32hexencode
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from hashlib import sha256

from agent.meetings.booking import MeetingRequest
from agent.meetings.wording import MAX_WORDS, UnclearTime
from agent.room.participant import email_address, plain_text
from contract.platform.calendar_words import WEEKDAY_NUMBERS
from contract.platform.failures import PermanentFailure

OPENS, CLOSES = time(9), time(17)
"""Business hours in the caller's zone, as the agent offers them in its messages."""
STEP = timedelta(minutes=30)
"""Distance of the start times that are offered; also the length a meeting has by default (``VOICE_AGENT_MEETING_MINUTES``)."""
_FRIDAY = WEEKDAY_NUMBERS["friday"]

Span = tuple[datetime, datetime]


def checked(request: MeetingRequest) -> MeetingRequest:
    """Return the request, cleaned and bounded; one without a usable name or e-mail raises ``PermanentFailure``."""
    email, name = email_address(request.customer_email), plain_text(request.customer_name)
    if email is None:
        raise PermanentFailure("That is no usable e-mail address.", "Ask the caller to spell it.")
    if name is None:
        raise PermanentFailure("There is no usable name.", "Ask the caller for their name.")
    day, at = (plain_text(words, MAX_WORDS + 1) for words in (request.preferred_date, request.preferred_time))
    return MeetingRequest(name, email, day, at)


def event_id(key: str) -> str:
    """Hash ``key`` into the alphabet Google allows for an event's id (base32hex, 5 to 1024 characters)."""
    return b32hexencode(sha256(key.encode()).digest()).decode().rstrip("=").lower()


def in_hours(moment: datetime, length: timedelta = STEP) -> bool:
    """Return whether a meeting lies within Monday to Friday, 9 to 17 o'clock."""
    ends = moment + length
    return moment.weekday() <= _FRIDAY and moment.time() >= OPENS and ends.date() == moment.date() and ends.time() <= CLOSES


def free_slot(wanted: datetime, busy: Iterable[Span], length: timedelta, until: datetime | None = None) -> datetime:
    """Return the wanted time, or the next free half hour of that day that is over by ``until``; none raises ``UnclearTime``."""
    taken = tuple(busy)
    for start in _rest_of_day(wanted, length):
        if until is not None and start + length > until:
            raise UnclearTime("There is no free slot at that time of the day.", "Ask the caller for another time.")
        if all(start + length <= begins or start >= ends for begins, ends in taken):
            return start
    raise UnclearTime("There is no free slot on that day.", "Ask the caller for another day.")


def _rest_of_day(wanted: datetime, length: timedelta) -> Iterator[datetime]:
    start = wanted
    while in_hours(start, length):
        yield start
        start += STEP
