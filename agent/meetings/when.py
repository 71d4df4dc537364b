"""Parse the wanted start of a meeting from words as they are spoken ('Friday the 4th', 'half past two', '3pm Pacific').

Every word has to be understood: a meeting is confirmed to the caller, so words with no reading or with two are asked again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from agent.meetings.clock import HOUR, SpokenTime, take_times
from agent.meetings.days import SpokenDay, take_days
from agent.meetings.slots import CLOSES, OPENS, STEP, in_hours
from agent.meetings.wording import UnclearTime, normalised, not_understood
from agent.meetings.zones import NamedZone, take_zones

MAX_AHEAD = timedelta(days=365)
"""The furthest a meeting may lie ahead: beyond a year the words were most likely misunderstood."""
_DAYS_TRIED = 7
"""Days after today on which a time without a day is looked for."""

_STAMP = re.compile(r"\b(\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(z|[+-]\d{2}:?\d{2})?(?![\w:])")
_NO_WISH = re.compile(
    r"\b(?:(?:any|some) ?time|any ?day|whenever|asap|as soon as possible|no preference|none|any"
    r"|(?:soonest|next|the) (?:available|free|possible)(?: (?:slot|time|one))?|earliest|soonest)\b"
)
_DATE_OR_TIME = re.compile(r"(?<![\w:.-])(?<!at )\d{1,2}[-.]\d{1,2}(?![\w:.-])")
"""'12-15' and '4.12' in the day's words: a date or a time."""
_FILLERS = frozenset((
    ";", "<day>", "a", "about", "approximately", "around", "at", "be", "best", "exactly", "fine", "for", "good", "great",
    "how", "i", "if", "in", "is", "ish", "it", "let", "let's", "like", "make", "me", "ok", "okay", "on", "please", "possible",
    "preferably", "roughly", "say", "sharp", "slot", "some", "something", "suit", "suits", "the", "then", "think", "uh",
    "um", "us", "want", "we", "what", "with", "works", "would",
))  # fmt: skip
"""Words that change no day and no time."""


@dataclass(frozen=True, slots=True)
class StartWindow:
    """Hold the wanted start and, when a range was named ('between two and four', 'morning'), when the meeting has to be over.
    ``exact`` is an hour that was named.
    """

    start: datetime
    ends: datetime | None = None
    exact: bool = False

    def moved_to(self, start: datetime) -> datetime | None:
        """Return the hour that was asked for when the meeting begins at another one."""
        return self.start if self.exact and self.start != start else None


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was said, put together: all pieces agree. ``zone`` is the caller's unless they named another."""

    days: SpokenDay
    span: tuple[int, int | None] | None
    named: NamedZone | None


def slot(preferred_date: str | None, preferred_time: str | None, now: datetime, zone: tzinfo) -> datetime:
    """Return the wanted start, as ``start_window`` finds it."""
    return start_window(preferred_date, preferred_time, now, zone).start


def start_window(preferred_date: str | None, preferred_time: str | None, now: datetime, zone: tzinfo) -> StartWindow:
    """Return the wanted start in ``zone``, never in the past; without a time the next half hour in business hours (9 to 17,
    Monday to Friday, in ``zone``). What is not understood, is past or lies outside business hours raises ``UnclearTime``.
    """
    wish = _wish(normalised(preferred_date), normalised(preferred_time))
    there = wish.named.zone if wish.named else zone
    day = _same_day(wish.days, now, there, zone)
    if wish.span and wish.span[1] is None:
        window = StartWindow(_exact_start(day, wish.span[0], now, there, zone), exact=True)
    else:
        window = _first_in(day, wish.span, now, there, zone)
    if wish.named and not wish.named.holds_at(window.start):
        raise not_understood("Ask the caller for the time zone by a city.")
    return window


def _wish(day_words: str, time_words: str) -> _Wish:
    """Read both texts with one grammar, since callers and models put a day into the time and a time into the day."""
    if _DATE_OR_TIME.search(day_words):
        raise not_understood("Ask the caller for the weekday with the day and the month.")
    days, times, zones = SpokenDay(), SpokenTime(), list[NamedZone]()
    for words, bare in ((day_words, False), (time_words, True)):
        words = _take_stamp(words, days, times, zones)
        named, words = take_zones(words)
        said_days, words = take_days(words)
        said_times, words = take_times(_NO_WISH.sub(" ; ", words), bare=bare)
        if not _FILLERS.issuperset(words.split()):
            raise not_understood()
        zones += named
        days = SpokenDay(days.dates + said_days.dates, days.weekdays + said_days.weekdays, days.next_week or said_days.next_week)
        times = SpokenTime(times.clocks + said_times.clocks, times.spans + said_times.spans, times.parts + said_times.parts)
    if len(set(zones)) > 1:
        raise not_understood("Ask the caller for one time zone.")
    return _Wish(days, times.span(), zones[0] if zones else None)


def _take_stamp(words: str, days: SpokenDay, times: SpokenTime, zones: list[NamedZone]) -> str:
    """Take a whole timestamp (ISO 8601) as models write it: its day, its time and, where it has one, its offset."""
    found = _STAMP.search(words)
    if found is None:
        return words
    try:
        moment = datetime.fromisoformat(found[1].replace("t", "T") + (found[2] or "").upper())
    except ValueError as error:
        raise not_understood() from error
    stamped = moment.date()
    days.dates.append(lambda _: [stamped])
    times.clocks.append((moment.hour * HOUR + moment.minute,))
    if offset := moment.utcoffset():
        zones.append(NamedZone(timezone(offset)))
    elif found[2]:
        zones.append(NamedZone(UTC))
    return words.replace(found.group(), " ; ", 1)


def _same_day(days: SpokenDay, now: datetime, there: tzinfo, here: tzinfo) -> date | None:
    """Count from today in the zone that was named and in ``here``: 'tomorrow' that is two days is asked."""
    day = days.on(now.astimezone(there).date())
    if there is not here and day != days.on(now.astimezone(here).date()):
        raise not_understood("Ask the caller for the weekday with the day and the month.")
    return day


def _exact_start(day: date | None, minutes: int, now: datetime, there: tzinfo, zone: tzinfo) -> datetime:
    """Return the time on the day named, or on the first day on which it lies ahead within business hours."""
    if day is None:
        today = now.astimezone(there).date()
        starts = (_moment(today + timedelta(days=ahead), minutes, there, zone) for ahead in range(_DAYS_TRIED + 1))
        wanted = next((start for start in starts if start > now and in_hours(start)), None)
        if wanted is None:
            raise _outside_hours(zone)
        return wanted
    wanted = _moment(day, minutes, there, zone)
    _must_be_ahead(wanted, now)
    if not in_hours(wanted):
        raise _outside_hours(zone)
    return wanted


def _first_in(day: date | None, span: tuple[int, int | None] | None, now: datetime, there: tzinfo, zone: tzinfo) -> StartWindow:
    """Return the first half hour that lies ahead in the span of the day named, or of the first day that has one."""
    first, last = span or (OPENS.hour * HOUR, CLOSES.hour * HOUR)
    today = now.astimezone(there).date()
    for tried in [day] if day else [today + timedelta(days=ahead) for ahead in range(_DAYS_TRIED + 1)]:
        start, ends = _moment(tried, first, there, zone), _moment(tried, last or first, there, zone)
        if day:
            _must_be_ahead(ends, now)
        while start + STEP <= ends:
            if start > now and in_hours(start):
                return StartWindow(start, ends if span else None)
            start += STEP
    raise _outside_hours(zone)


def _moment(day: date, minutes: int, there: tzinfo, zone: tzinfo) -> datetime:
    """Return the moment in ``zone``. A time that a change of the clocks leaves out or repeats is asked."""
    local = datetime.combine(day, time(minutes // HOUR, minutes % HOUR), there)
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise not_understood("The clocks change at that hour: ask the caller for another.")
    return local.astimezone(UTC).astimezone(zone)


def _must_be_ahead(wanted: datetime, now: datetime) -> None:
    if not now < wanted <= now + MAX_AHEAD:
        raise UnclearTime("That time is past or too far ahead.", "Ask the caller for a time within a year.")


def _outside_hours(zone: tzinfo) -> UnclearTime:
    return UnclearTime("That is outside business hours.", f"Offer Monday to Friday between 9 and 17 o'clock ({zone}).")
