"""``data/executive_report.yml``: thresholds and lengths of the reports."""

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
    comparison_minimum: int = Field(ge=1)
    chart_days: int = Field(ge=1)
    chart_weeks: int = Field(ge=2)
    flat_points: float = Field(ge=0)
    insight_minimum: int = Field(ge=1)
    insight_share: float = Field(ge=0, le=1)
    insights: int = Field(ge=1)
    fresh_within_minutes: int = Field(ge=0)
    corrected_days: int = Field(ge=1)
    archive_days: int = Field(ge=1)
