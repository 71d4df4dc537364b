"""What wording needs beside rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo

from orchestration.dashboards.names import ReaderNames
from orchestration.rules.goals import Goals
from orchestration.rules.measures import Measures


@dataclass(frozen=True)
class WordingContext:
    """Reference data, the business zone, days with notable events, the CRM's address, the filters as an address has them,
    and the names of those that are set beside the days. ``in_browser``: charts are not drawn here, but in the reader's browser."""

    measures: Measures
    goals: Goals
    names: ReaderNames
    zone: tzinfo
    events: tuple[tuple[date, str], ...] = ()
    crm: str = ""
    query: str = ""
    applied: tuple[str, ...] = ()
    in_browser: bool = False
