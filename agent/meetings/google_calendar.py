"""Google Calendar, API v3: free/busy, then an event with a Meet link and the caller as attendee.

https://developers.google.com/workspace/calendar/api/v3/reference/events/insert says that a client may choose the event's id, that
``conferenceDataVersion=1`` is needed for a new conference, and that a service account
needs domain-wide delegation to invite attendees.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, tzinfo
from typing import Annotated, Any
from urllib.parse import quote

import httpx
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from agent.meetings.booking import Booking, MeetingRequest
from agent.meetings.google_token import ServiceAccount
from agent.meetings.slots import CLOSES, Span, checked, event_id, free_slot
from agent.meetings.when import start_window
from agent.outbound import Send, TimeBounds, ask
from contract.platform.failures import PermanentFailure, TransientFailure

API = "https://www.googleapis.com/calendar/v3"
_VENDOR = "Google Calendar"
_MISSING, _EXISTS = 404, 409  # HTTP status: no such event; an event with this id exists


class _Moment(BaseModel):
    date_time: Annotated[AwareDatetime, Field(alias="dateTime")]


class _Event(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    status: str = "confirmed"
    start: _Moment
    link: str | None = Field(default=None, alias="hangoutLink")


class _Period(BaseModel):
    start: AwareDatetime
    end: AwareDatetime


class _Busy(BaseModel):
    busy: tuple[_Period, ...]


class _FreeBusy(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    calendars: dict[str, _Busy]


class GoogleCalendar:
    """``calendar_id`` is where meetings are booked; ``api`` is replaced in tests only."""

    def __init__(self, calendar_id: str, account: ServiceAccount, length: timedelta, bounds: TimeBounds, api: str = API) -> None:
        self._calendar_id = calendar_id
        self._account = account
        self._length = length
        self._bounds = bounds
        self._api = api.rstrip("/")
        self._events = f"{self._api}/calendars/{quote(calendar_id, safe='')}/events"

    async def book(self, request: MeetingRequest, *, now: datetime, zone: tzinfo, key: str) -> Booking:
        """Every request of a booking shares the one total bound; a booking cut off by it is found again under its key."""
        try:
            async with asyncio.timeout(self._bounds.total):
                return await self._book(checked(request), now, zone, event_id(key))
        except TimeoutError as error:
            raise TransientFailure("Google Calendar did not answer in time.", "Try again later.") from error

    async def _book(self, wish: MeetingRequest, now: datetime, zone: tzinfo, event: str) -> Booking:
        """Ask first whether the event is there: then a retry finds it instead of finding its slot busy."""
        headers = {"Authorization": f"Bearer {await self._account.token(now, self._bounds)}"}
        known, moved_from = await self._known(event, headers), None
        if known is None:
            window = start_window(wish.preferred_date, wish.preferred_time, now, zone)
            start = free_slot(window.start, await self._busy(window.start, headers), self._length, window.ends)
            known, moved_from = await self._insert(event, start, wish, headers), window.moved_to(start)
        return Booking(known.start.date_time.astimezone(zone), known.link, event, moved_from)

    async def _known(self, event: str, headers: dict[str, str]) -> _Event | None:
        answer = await self._ask(lambda client: client.get(f"{self._events}/{event}", headers=headers), _MISSING)
        if answer.status_code == _MISSING:
            return None
        known = _read(_Event, answer)
        if known.status == "cancelled":
            raise PermanentFailure("That meeting was booked and cancelled.", "Offer the caller another time.")
        return known

    async def _busy(self, wanted: datetime, headers: dict[str, str]) -> list[Span]:
        until = datetime.combine(wanted.date(), CLOSES, wanted.tzinfo)
        body = {"timeMin": wanted.isoformat(), "timeMax": until.isoformat(), "items": [{"id": self._calendar_id}]}
        answer = await self._ask(lambda client: client.post(f"{self._api}/freeBusy", json=body, headers=headers))
        calendar = _read(_FreeBusy, answer).calendars.get(self._calendar_id)
        if calendar is None:
            raise PermanentFailure("Google Calendar does not know the calendar.", "Check VOICE_AGENT_GOOGLE_CALENDAR_ID.")
        return [(period.start, period.end) for period in calendar.busy]

    async def _insert(self, event: str, start: datetime, wish: MeetingRequest, headers: dict[str, str]) -> _Event:
        """409: an earlier try of the same request got through, only its answer was lost."""
        body = {
            "id": event,
            "summary": f"PandaDoc: {wish.customer_name}",
            "start": {"dateTime": start.isoformat()},
            "end": {"dateTime": (start + self._length).isoformat()},
            "attendees": [{"email": wish.customer_email, "displayName": wish.customer_name}],
            "conferenceData": {"createRequest": {"requestId": event, "conferenceSolutionKey": {"type": "hangoutsMeet"}}},
        }
        how = {"conferenceDataVersion": "1", "sendUpdates": "all"}
        answer = await self._ask(lambda client: client.post(self._events, params=how, json=body, headers=headers), _EXISTS)
        if answer.status_code != _EXISTS:
            return _read(_Event, answer)
        known = await self._known(event, headers)
        if known is None:
            raise PermanentFailure("Google Calendar holds the meeting but does not show it.", "Look for it in the calendar.")
        return known

    async def _ask(self, send: Send, *accept: int) -> httpx.Response:
        return await ask(_VENDOR, send, self._bounds, accept=accept)


def _read(model: type[Any], answer: httpx.Response) -> Any:
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:
        remedy = "Compare the answer with the vendor's documentation."
        raise PermanentFailure("Google Calendar's answer cannot be read.", remedy) from error
