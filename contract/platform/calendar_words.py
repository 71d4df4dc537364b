"""Name the weekdays and months in English, for callers' words and for reports.

The names are fixed here instead of taken from ``calendar``, whose names follow the locale of the process.
"""

from __future__ import annotations

from datetime import date, datetime

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""In the order of ``date.weekday()``, which counts from 0."""

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
"""In the order of ``date.month``, which counts from 1."""

WEEKDAY_NUMBERS = {name.lower(): number for number, name in enumerate(WEEKDAYS)}
"""``date.weekday()`` by the lower-case word, Monday (0) first."""

MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
"""``date.month`` by the lower-case word, January (1) first."""


def moment_in_words(at: datetime) -> str:
    """Write an aware time as one moment in its own offset: ``Tue 10 Nov 2026 at 10:30 (UTC-6)``."""
    offset = at.strftime("%z")
    hours, minutes = f"{offset[0]}{int(offset[1:3])}", offset[3:5]
    zone = "UTC" if offset[1:5] == "0000" else f"UTC{hours}" if minutes == "00" else f"UTC{hours}:{minutes}"
    return f"{WEEKDAYS[at.weekday()][:3]} {at.day} {MONTHS[at.month - 1][:3]} {at.year} at {at:%H:%M} ({zone})"


def day_in_words(day: date) -> str:
    """Write a day as people do: ``Tue 10 Nov``."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"


def short_moment(at: datetime) -> str:
    """Write an aware time near to the call as people do, in its own offset: ``Tue 10 Nov, 10:30 (UTC-6)``."""
    return f"{day_in_words(at.date())}, {at:%H:%M} {moment_in_words(at).rpartition(' ')[2]}"
