"""Resolve words of time against the day of the call: the date, and the decision timeline it falls into (spec 3.1, 3.8).

The common ways of speaking are rules here, since 'next Tuesday' and 'this weekend' mean one thing to people; dates written
out ('the 14th of December') are left to ``dateparser``, which is imported only when one turns up.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from analyzers.spoken_dates import COUNT, COUNTS, written_day
from contract.platform.calendar_words import MONTH_NUMBERS as _MONTHS_OF_YEAR
from contract.platform.calendar_words import WEEKDAY_NUMBERS as _WEEKDAYS

Bucket = Literal["this_week", "this_month", "this_quarter", "next_quarter", "evaluating"]

_DAY_NAMES = "|".join(_WEEKDAYS)
_MONTH_NAMES = "|".join(_MONTHS_OF_YEAR)
_UNITS = {"day": 1, "week": 7}
_WRITTEN_DATE = re.compile(
    r"\b(\d{1,2}(st|nd|rd|th)?|first|second|third|fifteenth|jan\w*|feb\w*|mar(ch)?|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*)\b"
)


def date_meant(words: str | None, called_on: date) -> date | None:
    """Return the date these words name, seen from the day of the call; None when they name none."""
    text = " ".join((words or "").lower().replace("’", "'").split())
    exact = written_day(text, called_on)
    if exact:
        return exact
    for pattern, meaning in _RULES:
        match = pattern.search(text)
        if match:
            return meaning(match, called_on)
    return _written_date(text, called_on) if len(text) <= 120 and _WRITTEN_DATE.search(text) else None


def bucket_of(day: date, called_on: date) -> Bucket:
    """Return the decision timeline of a date: the nearest of week, month, quarter and next quarter that contains it."""
    if day <= called_on or day.isocalendar()[:2] == called_on.isocalendar()[:2]:
        return "this_week"
    if (day.year, day.month) == (called_on.year, called_on.month):
        return "this_month"
    quarters_ahead = (day.year * 4 + (day.month - 1) // 3) - (called_on.year * 4 + (called_on.month - 1) // 3)
    return "this_quarter" if quarters_ahead == 0 else "next_quarter" if quarters_ahead == 1 else "evaluating"


def _in_units(match: re.Match[str], day: date) -> date:
    count = int(match[1]) if match[1].isdigit() else COUNTS[match[1]]
    if match[2] in _UNITS:
        return day + timedelta(days=count * _UNITS[match[2]])
    return _month_later(day, count * (12 if match[2] == "year" else 1))


def _month_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    year = min(year, 9998)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _weekday(match: re.Match[str], day: date) -> date:
    """Return the coming weekday; with 'next' the one of the following week."""
    wanted = _WEEKDAYS[match["weekday"]]
    if match["next"]:
        return day - timedelta(days=day.weekday()) + timedelta(days=7 + wanted)
    return day + timedelta(days=(wanted - day.weekday()) % 7)


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _end_of_quarter(day: date) -> date:
    return _end_of_month(day.replace(day=1, month=(day.month - 1) // 3 * 3 + 3))


def _quarter(match: re.Match[str], day: date) -> date:
    """Return the end of the named quarter: this year's or, when that is over, next year's."""
    number = int(match[1]) if match[1].isdigit() else ("first", "second", "third", "fourth").index(match[1]) + 1
    year = day.year if number >= (day.month - 1) // 3 + 1 else day.year + 1
    return _end_of_month(date(year, number * 3, 1))


def _before_month(match: re.Match[str], day: date) -> date:
    """Return the last day before the coming month of that name."""
    month = _MONTHS_OF_YEAR[match[1]]
    return date(day.year if month > day.month else day.year + 1, month, 1) - timedelta(days=1)


def _coming(day: date, on: Callable[[int], date]) -> date:
    """Return the next occurrence of a yearly day, today included."""
    return on(day.year) if on(day.year) >= day else on(day.year + 1)


def _thanksgiving(year: int) -> date:
    """Return the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)


_Meaning = Callable[[re.Match[str], date], date]
_RULES: tuple[tuple[re.Pattern[str], _Meaning], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (r"\bday after tomorrow\b", lambda m, d: d + timedelta(days=2)),
        (r"\btomorrow\b", lambda m, d: d + timedelta(days=1)),
        (r"\b(today|tonight|this (afternoon|morning|evening)|right now|straight away|end of (the )?day|asap)\b", lambda m, d: d),
        (r"\b(this|the|over the) weekend\b", lambda m, d: d + timedelta(days=6 - d.weekday())),
        (r"\bnext weekend\b", lambda m, d: d + timedelta(days=13 - d.weekday())),
        (rf"\b(?:in|within|after) ({COUNT}) (day|week|month|year)s?\b", _in_units),
        (r"\b(?:in|within) a fortnight\b", lambda m, d: d + timedelta(days=14)),
        (rf"\b({COUNT}) (day|week|month|year)s? (?:from now|out|away|time)\b", _in_units),
        (rf"\b(?P<next>next )?(?P<weekday>{_DAY_NAMES})\b(?! the \d)", _weekday),
        (r"\b(end of (the |this )?week|this week|by the weekend)\b", lambda m, d: d + timedelta(days=max(0, 4 - d.weekday()))),
        (r"\bend of next week\b", lambda m, d: d + timedelta(days=11 - d.weekday())),
        (r"\bnext week\b", lambda m, d: d + timedelta(days=11 - d.weekday())),
        (r"\b(end of (the |this )?month|this month|month end)\b", lambda m, d: _end_of_month(d)),
        (r"\b(end of )?next month\b", lambda m, d: _end_of_month(_month_later(d.replace(day=1), 1))),
        (r"\b(end of (the |this )?quarter|this quarter|quarter end)\b", lambda m, d: _end_of_quarter(d)),
        (r"\b(end of )?next quarter\b", lambda m, d: _end_of_quarter(_month_later(d.replace(day=1), 3))),
        (r"\bq([1-4])\b", _quarter),
        (r"\b(first|second|third|fourth) quarter\b", _quarter),
        (r"\b(end of (the |this )?year|this year|year[- ]end|before christmas|by christmas)\b", lambda m, d: date(d.year, 12, 31)),
        (rf"\bbefore (?:the )?({_MONTH_NAMES})\b(?! \d| the \w+th)", _before_month),
        (r"\bthanksgiving\b", lambda m, d: _coming(d, _thanksgiving)),
        (r"\bhalloween\b", lambda m, d: _coming(d, lambda year: date(year, 10, 31))),
        (r"\bchristmas\b", lambda m, d: _coming(d, lambda year: date(year, 12, 25))),
        (r"\b(new year|next year)\b", lambda m, d: date(d.year + 1, 3, 31)),
    )
)


@lru_cache(maxsize=4096)
def _written_date(text: str, called_on: date) -> date | None:
    """Parse a date written out, within two years; a month alone means its last day."""
    from dateparser.search import search_dates

    base = datetime.combine(called_on, datetime.min.time())
    settings = {
        "RELATIVE_BASE": base,
        "PREFER_DATES_FROM": "future",
        "PREFER_DAY_OF_MONTH": "last",
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    found = search_dates(text, languages=["en"], settings=settings)
    later = [moment.date() for phrase, moment in found or () if any(c.isalpha() for c in phrase) or "/" in phrase]
    return next((day for day in later if called_on <= day < _month_later(called_on, 24)), None)
