"""Report objections and competitors (spec 3.5)."""

from analyzers.objections_competitors.models import ObjectionsCompetitorsReport
from analyzers.objections_competitors.report import objections_competitors

__all__ = ["ObjectionsCompetitorsReport", "objections_competitors"]
