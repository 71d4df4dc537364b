"""Figures and names as readers see them. What was not measured reads as a dash, never as 0."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from contract.platform.calendar_words import MONTHS, WEEKDAYS

LONGEST_NAME = 80  # characters of a name in an e-mail: one line of a desktop client


def rounded(value: float, places: int = 0) -> str:
    """Half away from zero, with thousands separated."""
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{exact:,}"


def percent(share: float, places: int = 0) -> str:
    return f"{rounded(share * 100, places)}%"


def dollars(amount: float) -> str:
    """Cents below 100 dollars, whole dollars from there."""
    return f"${rounded(amount, 2 if abs(amount) < 100 else 0)}"


def short_dollars(amount: float) -> str:
    """``$127K``, ``$1.3M``: three figures for sums too long to take in; below 100,000 dollars as ``dollars`` has them."""
    for unit, size in (("M", 1_000_000), ("K", 1_000)):
        shown = amount / size
        if abs(amount) >= 100_000 and abs(shown) >= 0.9995:
            return f"${rounded(shown, 0 if abs(shown) >= 99.95 else 1).removesuffix('.0')}{unit}"
    return dollars(amount)


def counted(n: int, one: str, many: str | None = None) -> str:
    """``1 call``, ``2 calls``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def arrow(difference: float) -> str:
    return "→" if difference == 0 else "↑" if difference > 0 else "↓"


def relative_change(current: int, previous: int) -> float | None:
    """Change as a share of ``previous``; there is none from nothing."""
    return (current - previous) / previous if previous else None


def points(share: float) -> str:
    """``2 points``: a difference of two rates in percentage points."""
    shown = rounded(abs(share) * 100)
    return f"{shown} point" + ("" if shown == "1" else "s")


def long_date(day: date) -> str:
    """``November 25, 2026``: the language of the report is English whatever the machine's locale is."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def short_date(day: date) -> tuple[str, str]:
    """``("Nov", "23")``: two short lines."""
    return MONTHS[day.month - 1][:3], str(day.day)


def weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def moment(at: datetime, zone: tzinfo) -> str:
    """``November 26, 2026, 07:05 EST``."""
    local = at.astimezone(zone)
    return f"{long_date(local.date())}, {local:%H:%M} {local.tzname()}"


def plain(text: str, longest: int = LONGEST_NAME) -> str:
    """One line of what callers or the CRM wrote: control, bidirectional and invisible characters become spaces."""
    visible = "".join(" " if unicodedata.category(character).startswith("C") else character for character in text)
    line = " ".join(visible.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
