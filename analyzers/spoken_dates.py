"""Resolve days spelled out: 'the nineteenth', 'February the first', 'second week of November', 'within one business day'."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from contract.platform.calendar_words import MONTH_NUMBERS as _MONTHS
from contract.platform.calendar_words import WEEKDAY_NUMBERS as _WEEKDAYS

_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = (
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
)
_LAST_DAY = 31
"""Highest day of any month: higher ordinals name no day."""
_MONTHS_OF_YEAR = 12
"""Largest number of a month: '24/12' can only be the 24th of December."""
_CENTURY = 100
"""Years written with two figures are of this century."""
_SINGLE = {word: number for number, word in enumerate((*_UNITS, *_TEENS), 1)} | {"twentieth": 20, "thirtieth": 30}
_COMPOUND = {
    f"{tens}{gap}{unit}": base + number
    for tens, base in (("twenty", 20), ("thirty", 30))
    for gap in (" ", "-")
    for number, unit in enumerate(_UNITS, 1)
    if base + number <= _LAST_DAY
}
_ORDINALS = _SINGLE | _COMPOUND
COUNTS = {
    **{"a couple of": 2, "couple of": 2, "the next few": 3, "a few": 3, "few": 3, "several": 3},
    **{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10},
    **{"eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90},
    **{"an": 1, "a": 1},
}
COUNT = r"(?:\d{1,3}|" + "|".join(COUNTS) + ")"
"""How many days, weeks or months, as callers say it."""
_SHORT_MONTHS = {name[:3]: number for name, number in _MONTHS.items() if name != "may"} | {"sept": 9}
_MONTHS_OF_DAY = _MONTHS | _SHORT_MONTHS
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ANY_MONTH = "|".join(sorted(_MONTHS_OF_DAY, key=len, reverse=True))
SHORT_MONTH = "|".join(_SHORT_MONTHS)
"""Months as they are written short; only beside a day, since 'mar' and 'jun' are also names."""
_ORDINAL = r"(?:" + "|".join(sorted(_ORDINALS, key=len, reverse=True)) + r"|\d{1,2}(?:st|nd|rd|th)?)"
ORDINAL = r"(?:" + "|".join(sorted(_ORDINALS, key=len, reverse=True)) + r"|\d{1,2}(?:st|nd|rd|th))"
_NOT_A_DAY = (
    r"(?! (?:of (?!(?:this|next|the) month)|quarter|half|week|month|year|time|thing|one|part|step|page|day|person|two|"
    r"three|meeting))"
)
_NTH = {"first": 0, "second": 1, "third": 2, "fourth": 3, "1st": 0, "2nd": 1, "3rd": 2, "4th": 3}


def written_day(text: str, called_on: date) -> date | None:
    """Return the day these lower-case words spell out, in the coming twelve months; None when they spell out none."""
    for pattern, meaning in _READINGS:
        match = pattern.search(text)
        if match and (day := meaning(match, called_on)):
            return day
    return None


def _number(word: str) -> int:
    return _ORDINALS.get(word) or int(re.sub(r"\D", "", word) or 0)


def _day(year: int, month: int, number: int) -> date | None:
    return date(year, month, number) if 1 <= number <= calendar.monthrange(year, month)[1] else None


def _coming(month: int, number: int, called_on: date) -> date | None:
    day = _day(called_on.year, month, number)
    return day if day and day >= called_on else _day(called_on.year + 1, month, number)


def _in_month(match: re.Match[str], called_on: date) -> date | None:
    return _coming(_MONTHS_OF_DAY[match["month"]], _number(match["day"]), called_on)


def _in_figures(match: re.Match[str], called_on: date) -> date | None:
    """Return the day of '12/4', month first as in the United States; '24/12' can only be day first."""
    first, second = int(match["first"]), int(match["second"])
    month, number = (first, second) if first <= _MONTHS_OF_YEAR else (second, first)
    if not 1 <= month <= _MONTHS_OF_YEAR:
        return None
    year = int(match["year"] or 0)
    return _day(year + 2000 if year < _CENTURY else year, month, number) if year else _coming(month, number, called_on)


def _of_some_month(match: re.Match[str], called_on: date) -> date | None:
    """Return the next day with this number: 'the nineteenth'."""
    number = _number(match["day"])
    for ahead in range(3):
        year, month = divmod(called_on.year * 12 + called_on.month - 1 + ahead, 12)
        day = _day(year, month + 1, number)
        if day and day >= called_on:
            return day
    return None


def _week_of(match: re.Match[str], called_on: date) -> date | None:
    """Return Friday of the first, second ... full week of a month."""
    month = _MONTHS[match["month"]]
    year = called_on.year if month >= called_on.month else called_on.year + 1
    last = calendar.monthrange(year, month)[1]
    if match["nth"] == "last":
        return date(year, month, last)
    monday = 1 + (-date(year, month, 1).weekday()) % 7
    return date(year, month, min(last, monday + 7 * _NTH[match["nth"]] + 4))


def _middle_of(match: re.Match[str], called_on: date) -> date | None:
    return _coming(_MONTHS[match["month"]], 15, called_on)


def _working_days(match: re.Match[str], called_on: date) -> date | None:
    left, day = int(match["count"]) if match["count"].isdigit() else COUNTS[match["count"]], called_on
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def _weekday_after(match: re.Match[str], called_on: date) -> date | None:
    ahead = (_WEEKDAYS[match["weekday"] or match["other"]] - called_on.weekday()) % 7
    return called_on + timedelta(days=ahead + 7)


def _today(match: re.Match[str], called_on: date) -> date | None:
    del match
    return called_on


def _tomorrow(match: re.Match[str], called_on: date) -> date | None:
    del match
    return called_on + timedelta(days=1)


_DAY_NAMES = "|".join(_WEEKDAYS)
_Reading = Callable[[re.Match[str], date], date | None]
_READINGS: tuple[tuple[re.Pattern[str], _Reading], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (rf"\b(?P<day>{_ORDINAL}) (?:of )?(?P<month>{_ANY_MONTH})\b", _in_month),
        (r"(?<![\d/])(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<year>\d{2}|20\d{2}))?(?![\d/])", _in_figures),
        (rf"\b(?P<month>{_ANY_MONTH})[.,]? (?:the )?(?P<day>{_ORDINAL})\b(?! (?:people|of us|seats))", _in_month),
        (rf"\b(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th) week of (?P<month>{_MONTH})\b", _week_of),
        (rf"\b(?:middle of|mid) (?P<month>{_MONTH})\b", _middle_of),
        (
            rf"\b(?:within|in) (?P<count>{COUNT}) (?:business|working) days?\b",
            _working_days,
        ),
        (rf"\b(?P<weekday>{_DAY_NAMES}) week\b|\ba week (?:from|on) (?P<other>{_DAY_NAMES})\b", _weekday_after),
        (
            r"\b(?:right |straight )?after (?:this|the|our) call\b|\bwithin the hour\b|\bright away\b|\bimmediately\b|"
            r"\bthis minute\b|\bby noon\b",
            _today,
        ),
        (r"\bwithin (?:24|twenty[- ]four) hours\b|\bwithin a day\b", _tomorrow),
        (rf"\b(?:the|on|by|before) (?P<day>{ORDINAL})\b{_NOT_A_DAY}", _of_some_month),
    )
)
