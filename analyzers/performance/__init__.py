"""Report latency, tokens, cost, score and anomalies of one call (spec 1.3, 3.6)."""

from analyzers.performance.report import PerformanceReport, performance

__all__ = ["PerformanceReport", "performance"]
