"""``data/business_hours.yml``: when there is business, for checks and alerts alike."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import ClassVar

from contract.reference import ReferenceTable

_LOOK_BACK = timedelta(days=21)
"""Enough business hours for any threshold in use; it keeps the loop over days short after months without a call."""


class BusinessHours(ReferenceTable):
    """``weekdays`` are ISO numbers, 1 is Monday; ``opens`` and ``closes`` are in the business time zone."""

    file: ClassVar[str] = "business_hours.yml"
    opens: time
    closes: time
    weekdays: frozenset[int]

    def are_open(self, moment: datetime, zone: tzinfo) -> bool:
        local = moment.astimezone(zone)
        return local.isoweekday() in self.weekdays and self.opens <= local.time() < self.closes

    def between(self, start: datetime, end: datetime, zone: tzinfo) -> float:
        """Return the hours of business between two moments; what lies further back than three weeks is left out."""
        start = max(start, end - _LOOK_BACK)
        day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        total = timedelta()
        while day <= last:
            if day.isoweekday() in self.weekdays:
                opens = datetime.combine(day, self.opens, zone).astimezone(UTC)
                closes = datetime.combine(day, self.closes, zone).astimezone(UTC)
                total += max(min(end, closes) - max(start, opens), timedelta())
            day += timedelta(days=1)
        return total / timedelta(hours=1)
