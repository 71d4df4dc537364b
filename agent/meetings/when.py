"""Parse the wanted start of a meeting from words as they are spoken ('next Tuesday', 'half past two', 'the 3rd')."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

import dateparser

from agent.meetings.slots import CLOSES, OPENS, STEP, in_hours
from contract.platform.calendar_words import WEEKDAY_NUMBERS
from contract.platform.failures import PermanentFailure

MAX_AHEAD = timedelta(days=365)
"""The furthest a meeting may lie ahead: beyond a year the words were most likely misunderstood."""
_MAX_WORDS = 100
"""Characters that are parsed: the model passes them on, and a longer text names no day."""
_DAYS = "|".join(WEEKDAY_NUMBERS)
_PARTS_OF_DAY = {
    "morning": time(9),
    "noon": time(12),
    "midday": time(12),
    "lunch": time(12),
    "afternoon": time(13),
    "evening": time(16),
}
_NO_WISH = frozenset(
    {"", "any", "anytime", "any time", "whenever", "any day", "asap", "as soon as possible", "no preference", "none"}
)

_HOURS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: number for number, word in enumerate(_HOURS, 1)} | {"fifteen": 15, "thirty": 30}
_SPOKEN = re.compile(rf"\b(?:{'|'.join(_NUMBERS)})\b")
_CLOCK = re.compile(r"\b(\d{1,2})(?:[:. ](\d{2}))?\s*(?:(a|p)\.?\s?m\b\.?|o'?\s?clock\b)?", re.I)
_HALF = re.compile(r"\bhalf\s+(?:past\s+)?(\d{1,2})\b(?:\s*(a|p)\.?\s?m\b)?", re.I)
_QUARTER = re.compile(r"\bquarter\s+(past|after|to|of)\s+(\d{1,2})\b(?:\s*(a|p)\.?\s?m\b)?", re.I)
_WEEKDAY = re.compile(rf"\b(next\s+week\s+(?:on\s+)?|next\s+|this\s+(?:coming\s+)?)?({_DAYS})s?\b(\s+next\s+week)?", re.I)
_MONTH_DAY = re.compile(r"(?:on\s+)?the\s+(\d{1,2})(?:st|nd|rd|th)?", re.I)


def slot(preferred_date: str | None, preferred_time: str | None, now: datetime, zone: tzinfo) -> datetime:
    """Return the wanted start in the caller's zone, never in the past; without a time the next half hour in business hours (9 to
    17, Monday to Friday). Words that cannot be parsed, and times outside business hours, raise ``PermanentFailure``.
    """
    here = now.astimezone(zone)
    day_words, time_words = _split(_words(preferred_date), _words(preferred_time))
    day = _day(day_words, here)
    at = _time(time_words)
    if at is not None:
        return _at(day, at, here)
    return _first_half_hour(day, here)


def _split(day_words: str, time_words: str) -> tuple[str, str]:
    """Separate day and time where the day names both ('tomorrow morning'); a time that was named itself wins."""
    found = re.search(rf"\b(?:in the |at )?({'|'.join(_PARTS_OF_DAY)})\b", day_words)
    if found:
        day_words = f"{day_words[: found.start()]} {day_words[found.end() :]}"
        time_words = time_words or found.group(1)
    clock = re.search(r"\bat\s+(\d.*|half\s.*|quarter\s.*)$|\s(\d{1,2}(?:[:.]\d{2})?\s*[ap]\.?\s?m\.?)$", day_words)
    if clock:
        day_words = day_words[: clock.start()]
        time_words = time_words or clock.group(1) or clock.group(2)
    return " ".join(day_words.split()), time_words


def _words(spoken: str | None) -> str:
    return " ".join((spoken or "")[:_MAX_WORDS].lower().replace(",", " ").split())


def _day(words: str, here: datetime) -> date | None:
    if words in _NO_WISH:
        return None
    if words in ("today", "later today"):
        return here.date()
    if words == "next week":
        return here.date() + timedelta(days=7 - here.weekday())
    if named := _WEEKDAY.fullmatch(re.sub(r"^on\s+", "", words)):
        return _weekday(named, here.date())
    if numbered := _MONTH_DAY.fullmatch(words):
        return _day_of_month(int(numbered.group(1)), here.date())
    return _parsed(words, here)


def _weekday(named: re.Match[str], today: date) -> date:
    """Return the next such weekday after today; 'next week' counts from next Monday."""
    place = WEEKDAY_NUMBERS[named.group(2)]
    if "week" in (named.group(1) or "") or named.group(3):
        return today + timedelta(days=7 - today.weekday() + place)
    return today + timedelta(days=(place - today.weekday() - 1) % 7 + 1)


def _day_of_month(number: int, today: date) -> date:
    month = today.replace(day=1)
    for _ in range(12):
        try:
            wanted = month.replace(day=number)
        except ValueError:
            wanted = None
        if wanted and wanted >= today:
            return wanted
        month = (month + timedelta(days=32)).replace(day=1)
    raise _not_understood()


def _parsed(words: str, here: datetime) -> date:
    settings = {"PREFER_DATES_FROM": "future", "RELATIVE_BASE": here.replace(tzinfo=None), "DATE_ORDER": "MDY"}
    found = dateparser.parse(words, languages=["en"], settings=settings)  # pyright: ignore[reportArgumentType]
    if found is None:
        raise _not_understood()
    return found.date()


def _time(words: str) -> time | None:
    """Parse a clock time; without am or pm an hour before 8 is in the afternoon, since nobody meets at night."""
    if words in _NO_WISH:
        return None
    digits = _SPOKEN.sub(lambda word: str(_NUMBERS[word.group()]), words)
    try:
        if half := _HALF.search(digits):
            return time(_hour(int(half.group(1)), half.group(2)), 30)
        if quarter := _QUARTER.search(digits):
            hour = _hour(int(quarter.group(2)), quarter.group(3))
            return time(hour, 15) if quarter.group(1) in ("past", "after") else time(hour - 1, 45)
        if clock := _CLOCK.search(digits):
            return time(_hour(int(clock.group(1)), clock.group(3), words), int(clock.group(2) or 0))
    except ValueError as error:
        raise _not_understood() from error
    for name, begins in _PARTS_OF_DAY.items():
        if name in digits:
            return begins
    raise _not_understood()


def _hour(hour: int, half_of_day: str | None, words: str = "") -> int:
    if half_of_day:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        return hour % 12 + (12 if half_of_day == "p" else 0)
    afternoon = "afternoon" in words or "evening" in words
    return hour + 12 if 1 <= hour < 8 or (afternoon and hour < 12) else hour


def _at(day: date | None, at: time, here: datetime) -> datetime:
    """Return the time on the day named, or on the first day on which it lies ahead within business hours."""
    if day is None:
        day = here.date()
        while not (in_hours(_local(day, at, here)) and _local(day, at, here) > here) and day < here.date() + timedelta(days=7):
            day += timedelta(days=1)
    wanted = _local(day, at, here)
    _must_be_ahead(wanted, here)
    if not in_hours(wanted):
        raise PermanentFailure("That is outside business hours.", "Offer Monday to Friday between 9 and 17 o'clock.")
    return wanted


def _first_half_hour(day: date | None, here: datetime) -> datetime:
    """Return the first half hour that lies ahead on the day named, or on the first day that has one."""
    if day is not None and day.weekday() >= WEEKDAY_NUMBERS["saturday"]:
        raise PermanentFailure("There are no meetings on weekends.", "Offer Monday to Friday between 9 and 17 o'clock.")
    first = _local(day or here.date(), OPENS, here)
    _must_be_ahead(first.replace(hour=CLOSES.hour), here)
    while first <= here or not in_hours(first):
        first += STEP
        if day is not None and first.date() != day:
            raise PermanentFailure("That day has no time left.", "Offer the caller another day.")
    return first


def _must_be_ahead(wanted: datetime, here: datetime) -> None:
    if not here < wanted <= here + MAX_AHEAD:
        raise PermanentFailure("That time is past or too far ahead.", "Ask the caller for a time within a year.")


def _local(day: date, at: time, here: datetime) -> datetime:
    return datetime.combine(day, at, here.tzinfo)


def _not_understood() -> PermanentFailure:
    return PermanentFailure("The day or time was not understood.", "Ask the caller for a weekday and an hour.")
