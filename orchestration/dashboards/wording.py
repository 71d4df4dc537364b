"""Values as text with their unit. What was not measured is a dash, never 0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from orchestration.dashboards.definition import Format
from orchestration.dashboards.names import ReaderNames
from orchestration.reports.wording import arrow, dollars, percent, plain, rounded

NOT_MEASURED = "–"
_LONGEST_QUOTE = 240  # characters of what somebody said, in a table: two clauses
_CODES = {"USD": "$", "EUR": "€", "GBP": "£"}
_NUMBERS: Mapping[str, tuple[int, str]] = {
    "count": (0, ""), "decimal": (1, ""), "ms": (0, "ms"), "minutes": (1, "min"), "score": (1, ""), "amount": (0, ""),
}  # fmt: skip
"""Places after the point, and the unit, by format."""


def written(
    value: Any, format: Format, names: ReaderNames, zone: tzinfo, *, decimals: int | None = None, currency: str | None = None
) -> tuple[str, str]:
    """Return the text and the unit, which is shown smaller beside it."""
    if value is None:
        return NOT_MEASURED, ""
    if format in _NUMBERS:
        places, unit = _NUMBERS[format]
        return rounded(value, places if decimals is None else decimals), unit
    if format == "percent":
        return percent(value, decimals or 0), ""
    if format in ("usd", "usd_an_hour"):
        return dollars(value), "per hour" if format == "usd_an_hour" else ""
    if format == "yes_no":
        return ("Yes" if value else "No"), ""
    if format == "money":
        sign = _CODES.get(currency or "")
        return f"{sign or ''}{rounded(value)}", "" if sign else plain(currency or "")
    if isinstance(value, date):
        return _moment(value, format, zone), ""
    return _text(value, format, names), ""


def change(value: float | None, before: float | None) -> str:
    """Return ``up``, ``down`` or ``same`` for a comparison, ``quiet`` without one."""
    if value is None or before is None:
        return "quiet"
    return {"↑": "up", "↓": "down", "→": "same"}[arrow(value - before)]


def _moment(value: date, format: Format, zone: tzinfo) -> str:
    if not isinstance(value, datetime):
        return f"{value:%b} {value.day}"
    local = ReaderNames.local(value, zone)
    return f"{local:%H:%M}" if format in ("hour", "minute") else f"{local:%b} {local.day}, {local:%H:%M}"


def _text(value: Any, format: Format, names: ReaderNames) -> str:
    special: Mapping[str, Callable[[str], str]] = {
        "industry": names.industry,
        "integration": names.integration,
        "provider": names.provider,
        "topic": names.topic,
        "capital": lambda text: plain(text).replace("_", " ").capitalize(),
        "status": lambda text: plain(text).capitalize(),
        "quote": lambda text: f"“{plain(text, _LONGEST_QUOTE)}”",
        "components": names.components,
        "competitor": names.competitor,
    }
    if format == "balance":
        return "negative" if value < 0 else "positive" if value > 0 else "balanced"
    return special.get(format, plain)(str(value))
