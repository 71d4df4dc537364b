"""Build the executive summary (spec 3.9)."""

from analyzers.executive_summary.models import ExecutiveSummary
from analyzers.executive_summary.report import executive_summary

__all__ = ["ExecutiveSummary", "executive_summary"]
