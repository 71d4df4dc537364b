"""What wording needs beside rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo

from orchestration.dashboards.names import ReaderNames
from orchestration.rules.goals import Goals
from orchestration.rules.measures import Measures


@dataclass(frozen=True)
class WordingContext:
    """Reference data, the business zone, days with notable events, the CRM's address, and the filters as an address has them."""

    measures: Measures
    goals: Goals
    names: ReaderNames
    zone: tzinfo
    events: tuple[tuple[date, str], ...] = ()
    crm: str = ""
    query: str = ""
    applied: tuple[str, ...] = ()
