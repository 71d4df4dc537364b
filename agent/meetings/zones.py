"""Find the time zone that a caller names beside a time: '3pm Pacific', 'London time', 'UTC+2', 'America/Chicago'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_NEW_YORK, _CHICAGO, _DENVER, _LOS_ANGELES = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
_US = {"eastern": _NEW_YORK, "central": _CHICAGO, "mountain": _DENVER, "pacific": _LOS_ANGELES}
_GENERIC = {"et": _NEW_YORK, "ct": _CHICAGO, "mt": _DENVER, "pt": _LOS_ANGELES}
_EXACT = {
    "est": _NEW_YORK, "edt": _NEW_YORK, "cst": _CHICAGO, "cdt": _CHICAGO, "mst": _DENVER, "mdt": _DENVER,
    "pst": _LOS_ANGELES, "pdt": _LOS_ANGELES, "akst": "America/Anchorage", "akdt": "America/Anchorage", "hst": "Pacific/Honolulu",
    "gmt": "Europe/London", "bst": "Europe/London", "cet": "Europe/Berlin", "cest": "Europe/Berlin",
    "eet": "Europe/Athens", "eest": "Europe/Athens", "jst": "Asia/Tokyo", "aest": "Australia/Sydney", "aedt": "Australia/Sydney",
    "utc": "UTC",
}  # fmt: skip
"""Abbreviations hold in one half of the year only: 'EST' in July is an hour off, so what was meant is asked."""
_PLACES = {
    "new york": _NEW_YORK, "boston": _NEW_YORK, "miami": _NEW_YORK, "atlanta": _NEW_YORK, "chicago": _CHICAGO, "dallas": _CHICAGO,
    "houston": _CHICAGO, "austin": _CHICAGO, "texas": _CHICAGO, "denver": _DENVER, "phoenix": "America/Phoenix",
    "arizona": "America/Phoenix", "los angeles": _LOS_ANGELES, "california": _LOS_ANGELES, "san francisco": _LOS_ANGELES,
    "seattle": _LOS_ANGELES, "hawaii": "Pacific/Honolulu", "toronto": "America/Toronto", "vancouver": "America/Vancouver",
    "london": "Europe/London", "uk": "Europe/London", "british": "Europe/London", "dublin": "Europe/Dublin",
    "irish": "Europe/Dublin", "lisbon": "Europe/Lisbon", "madrid": "Europe/Madrid", "paris": "Europe/Paris",
    "brussels": "Europe/Brussels", "amsterdam": "Europe/Amsterdam", "berlin": "Europe/Berlin", "german": "Europe/Berlin",
    "zurich": "Europe/Zurich", "vienna": "Europe/Vienna", "rome": "Europe/Rome", "stockholm": "Europe/Stockholm",
    "warsaw": "Europe/Warsaw", "prague": "Europe/Prague", "athens": "Europe/Athens", "kyiv": "Europe/Kiev",
    "dubai": "Asia/Dubai", "india": "Asia/Kolkata", "indian": "Asia/Kolkata", "mumbai": "Asia/Kolkata",
    "singapore": "Asia/Singapore", "hong kong": "Asia/Hong_Kong", "tokyo": "Asia/Tokyo", "japan": "Asia/Tokyo",
    "sydney": "Australia/Sydney", "melbourne": "Australia/Melbourne", "auckland": "Pacific/Auckland",
}  # fmt: skip
_MAX_OFFSET = 14
"""Hours of the largest offset in use, that of Kiribati."""

_OFFSET = re.compile(r"\b(?:utc|gmt)\s?([+-])\s?(\d{1,2})(?::?(\d{2}))?(?![\d:])")
_SEASON = re.compile(rf"\b(?:us )?({'|'.join(_US)}) (standard|daylight|daylight savings?) time\b")
_EUROPEAN = re.compile(r"\bcentral european (?:(summer|standard) )?time\b")
_NAMED = re.compile(rf"\b(?:(?:in|us|the) )?({'|'.join([*_US, *_GENERIC, *_EXACT, *_PLACES])})(?: time)?(?: zone)?(?!\w| european)")
_IANA = re.compile(r"\b([a-z]+(?:/[a-z]+(?:[_ ][a-z]+)*){1,2})\b")


@dataclass(frozen=True, slots=True)
class NamedZone:
    """Hold a zone and, where an abbreviation was said, the one it must have at the moment that is meant."""

    zone: tzinfo
    abbreviation: str | None = None

    def holds_at(self, moment: datetime) -> bool:
        return self.abbreviation is None or moment.astimezone(self.zone).tzname() == self.abbreviation


def take_zones(text: str) -> tuple[list[NamedZone], str]:
    """Return the zones that are named, and the text without them."""
    zones: list[NamedZone] = []
    for pattern, zone_of in ((_IANA, _iana), (_OFFSET, _offset), (_SEASON, _season), (_EUROPEAN, _european), (_NAMED, _named)):
        for found in pattern.finditer(text):
            if zone := zone_of(found):
                zones.append(zone)
                text = text.replace(found.group(), " ; ", 1)
    return zones, text


def _offset(found: re.Match[str]) -> NamedZone | None:
    hours, minutes = int(found[2]), int(found[3] or 0)
    if hours > _MAX_OFFSET or minutes > 59:
        return None
    ahead = timedelta(hours=hours, minutes=minutes)
    return NamedZone(timezone(ahead if found[1] == "+" else -ahead))


def _season(found: re.Match[str]) -> NamedZone:
    season = "S" if found[2] == "standard" else "D"
    return NamedZone(ZoneInfo(_US[found[1]]), f"{found[1][0].upper()}{season}T")


def _european(found: re.Match[str]) -> NamedZone:
    return NamedZone(ZoneInfo(_EXACT["cet"]), {None: None, "standard": "CET", "summer": "CEST"}[found[1]])


def _named(found: re.Match[str]) -> NamedZone:
    name = found[1]
    exact = _EXACT.get(name)
    return NamedZone(ZoneInfo(exact or (_US | _GENERIC | _PLACES)[name]), name.upper() if exact else None)


def _iana(found: re.Match[str]) -> NamedZone | None:
    area, *places = found[1].replace(" ", "_").split("/")
    name = "/".join(["US" if area == "us" else area.title(), *(place.title() for place in places)])
    try:
        return NamedZone(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
