"""Build the lead score (spec 3.2)."""

from analyzers.lead_score.models import LeadScore
from analyzers.lead_score.report import lead_score

__all__ = ["LeadScore", "lead_score"]
