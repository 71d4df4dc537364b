"""Name the weekdays and months in English, for callers' words and for reports.

The names are fixed here instead of taken from ``calendar``, whose names follow the locale of the process.
"""

from __future__ import annotations

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
