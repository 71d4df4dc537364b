"""Parse the day a caller names: 'Friday the 4th', 'tomorrow', 'in two weeks', 'December 4th', '12/15', '2026-12-04'."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

from agent.meetings.wording import not_understood
from contract.platform.calendar_words import MONTH_NUMBERS, WEEKDAY_NUMBERS

_HALF_A_YEAR = timedelta(days=183)
"""The furthest a date without a year may lie ahead: '29 November' said on the 30th is a slip, not a wish for next year."""
_WEEK = timedelta(days=7)  # of the calendar

_WEEKDAYS = WEEKDAY_NUMBERS | {
    short: number
    for number, shorts in enumerate(("mon", "tue tues", "wed weds", "thu thur thurs", "fri", "sat", "sun"))
    for short in shorts.split()
}
_MONTHS = MONTH_NUMBERS | {name[:3]: number for name, number in MONTH_NUMBERS.items()} | {"sept": 9}
_NAMES = "|".join(sorted(_WEEKDAYS, key=len, reverse=True))
_DAY = rf"({_NAMES})s?"
_MONTH = rf"({'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_YEAR = r"(?: (\d{4})(?!\w))?"

Dates = Callable[[date], Iterable[date]]
"""The days that one piece of words may mean, counted from today."""


@dataclass(slots=True)
class SpokenDay:
    """Hold every piece of words that names a day; all must agree. ``weekdays`` are numbers with how they were qualified."""

    dates: list[Dates] = field(default_factory=list[Dates])
    weekdays: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    next_week: bool = False

    def on(self, today: date) -> date | None:
        """Return the one day that all words agree on, None when none was named; otherwise the caller is asked again."""
        if not self.dates:
            return self._weekday(today)
        found = set.intersection(*({*dates(today)} for dates in self.dates))
        found = {day for day in found if all(self._agrees(day, weekday, today) for weekday in self.weekdays)}
        if len(found) != 1 or self.next_week:
            raise not_understood("Ask the caller for the weekday with the day and the month.")
        return found.pop()

    def _weekday(self, today: date) -> date | None:
        if not self.weekdays:
            return _monday(today) + _WEEK if self.next_week else None
        found = {_upcoming(number, "next week" if self.next_week else how, today) for number, how in self.weekdays}
        if len(found) != 1:
            raise not_understood("Ask the caller which of the days.")
        return found.pop()

    def _agrees(self, day: date, weekday: tuple[int, str], today: date) -> bool:
        number, how = weekday
        week = how in ("next week", "this week")
        return day == _upcoming(number, how, today) if week else day.weekday() == number


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


def _upcoming(number: int, how: str, today: date) -> date:
    """Return the weekday after today. A name that two days fit is asked: today's own, and 'next' one of later this week; of
    tomorrow nobody says 'next', so that is the one of next week.
    """
    if how in ("next week", "this week"):
        return _monday(today) + timedelta(days=number) + (_WEEK if how == "next week" else timedelta())
    ahead = (number - today.weekday()) % 7
    if how == "next":
        if number > today.weekday() + 1:
            raise not_understood("Ask the caller whether it is the day of this week or of next week, with its date.")
        return _monday(today) + _WEEK + timedelta(days=number)
    if ahead == 0:
        raise not_understood("Ask the caller whether it is today or in a week, with its date.")
    return today + timedelta(days=ahead)


def take_days(text: str) -> tuple[SpokenDay, str]:
    """Return the days that are named, and the text without them; a weekday leaves a ``<day>`` behind."""
    if _TWO_NUMBERS.search(text):
        raise not_understood("Ask the caller for the weekday with the day and the month.")
    spoken = SpokenDay()
    for pattern, dates_of in _DATES:
        for found in pattern.finditer(text):
            spoken.dates.append(dates_of(found))
        text = pattern.sub(" ; ", text)
    for pattern, how in _QUALIFIED:
        spoken.weekdays += [(_WEEKDAYS[found[1]], how) for found in pattern.finditer(text)]
        text = pattern.sub(" <day> ", text)
    spoken.next_week = bool(_NEXT_WEEK.search(text))
    return spoken, " ".join(_NEXT_WEEK.sub(" ; ", text).split())


def _relative(days: int) -> Dates:
    return lambda today: [today + timedelta(days=days)]


def _counted(found: re.Match[str]) -> Dates:
    count = 2 if found[2] == "fortnight" else int(found[1]) if found[1].isdigit() else 1
    return _relative(count * (1 if found[2] == "day" else 7))


def _counted_from(found: re.Match[str]) -> Dates:
    """Count days or weeks from another day: 'a week from tomorrow', 'two weeks from Monday'."""
    days = (int(found[1]) if found[1].isdigit() else 1) * (1 if found[2] == "day" else 7)
    return lambda today: [_named(found[3], today) + timedelta(days=days)]


def _named(word: str, today: date) -> date:
    if word == "tomorrow":
        return today + timedelta(days=1)
    return today if word in ("today", "now") else _upcoming(_WEEKDAYS[word], "", today)


def _iso(found: re.Match[str]) -> Dates:
    return _dates([(int(found[1]), int(found[2]), int(found[3]))])


def _numbers(found: re.Match[str]) -> Dates:
    """Read '10/12' as month and day and as day and month: two valid readings need a weekday, or are asked."""
    first, second, year = int(found[1]), int(found[2]), int(found[3]) if found[3] else None
    full = year + 2000 if year is not None and year < 100 else year
    return _dates([(full, first, second), (full, second, first)])


def _month_first(found: re.Match[str]) -> Dates:
    return _dates([(int(found[3]) if found[3] else None, _MONTHS[found[1]], int(found[2]))])


def _day_first(found: re.Match[str]) -> Dates:
    return _dates([(int(found[3]) if found[3] else None, _MONTHS[found[2]], int(found[1]))])


def _dates(readings: list[tuple[int | None, int, int]]) -> Dates:
    return lambda today: {day for year, month, day_ in readings if (day := _date(year, month, day_, today))}


def _date(year: int | None, month: int, number: int, today: date) -> date | None:
    """Return the date, or None when the calendar has none; without a year the next one, which must not be far ahead."""
    for tried in (year,) if year is not None else (today.year, today.year + 1):
        with suppress(ValueError):
            day = date(tried, month, number)
            if year is None and day - today > _HALF_A_YEAR:
                raise not_understood("That date is past or far ahead: ask the caller for the date with its year.")
            if year is not None or day >= today:
                return day
    return None


def _day_of_month(found: re.Match[str]) -> Dates:
    return lambda today: _next_with(int(found[1]), today)


def _next_with(number: int, today: date) -> list[date]:
    """Return the next day with this number, within this month and the two after it."""
    month = today.replace(day=1)
    for _ in range(3):
        with suppress(ValueError):
            if (wanted := month.replace(day=number)) >= today:
                return [wanted]
        month = (month + timedelta(days=32)).replace(day=1)
    return []


def _of(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/.:+-]){words}(?![\w/]|-\d|:\d|\.\d)")


_NTH = r"(\d{1,2})(?:st|nd|rd|th)"
_NUMBER = r"(\d{1,2})(?:st|nd|rd|th)?"
_DATES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Dates]], ...] = (
    (_of(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"), _iso),
    (_of(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?"), _numbers),
    (_of(r"(\d{1,2})[.-](\d{1,2})[.-](\d{4})"), _numbers),
    (_of(rf"(?<!at )(?:the )?{_NUMBER} (?:of )?{_MONTH}{_YEAR}"), _day_first),
    (_of(rf"{_MONTH} (?:the )?{_NUMBER}{_YEAR}"), _month_first),
    (_of(rf"(a|\d{{1,2}}) (day|week)s? (?:from|after|on) (today|now|tomorrow|{_NAMES})"), _counted_from),
    (_of(r"(?:the )?day after tomorrow"), lambda _: _relative(2)),
    (_of(r"tomorrow"), lambda _: _relative(1)),
    (_of(r"(?:later )?today"), lambda _: _relative(0)),
    (_of(r"this(?= morning| afternoon)"), lambda _: _relative(0)),
    (_of(r"in (a|\d{1,2}) (day|week|fortnight)(?:s|'s|s')?(?: time)?"), _counted),
    (_of(rf"(?:the )?{_NTH}(?! (?:<day>|{_NAMES}|of\b|week|half|quarter|day))"), _day_of_month),
)
"""In this order: what is taken first is no longer there for the looser patterns."""
_QUALIFIED = (
    (_of(rf"next week (?:on )?{_DAY}"), "next week"),
    (_of(rf"{_DAY} (?:of )?next week"), "next week"),
    (_of(rf"this week (?:on )?{_DAY}"), "this week"),
    (_of(rf"{_DAY} (?:of )?this week"), "this week"),
    (_of(rf"next {_DAY}"), "next"),
    (_of(rf"(?:this (?:coming )?|coming )?{_DAY}"), ""),
)
_NEXT_WEEK = _of("next week")
_TWO_NUMBERS = re.compile(rf"\b\d{{1,2}} {_MONTH} \d{{1,2}}(?! ?(?:am|pm|oclock|[:h]?\d))")
"""'10 December 4' may be the 10th at 4 or the 4th at 10."""
