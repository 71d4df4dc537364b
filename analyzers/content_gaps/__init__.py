"""Report what the knowledge base could not answer in one call, and which articles would close the gap (spec 3.7)."""

from analyzers.content_gaps.report import ContentGapReport, content_gaps

__all__ = ["ContentGapReport", "content_gaps"]
