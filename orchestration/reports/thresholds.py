"""``data/executive_report.yml``: thresholds and lengths of the daily report."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from contract.reference import ReferenceTable


class ReportThresholds(ReferenceTable):
    """See the file's own comments for units."""

    file: ClassVar[str] = "executive_report.yml"
    opportunities: int = Field(ge=1)
    trend_days: int = Field(ge=1)
    trend_minimum: int = Field(ge=1)
    chart_days: int = Field(ge=1)
