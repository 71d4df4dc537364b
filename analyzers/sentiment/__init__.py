"""Report the caller's mood: overall, by quarter of the call, its trend, emotions and what caused them (spec 3.4)."""

from analyzers.sentiment.report import SentimentReport, sentiment

__all__ = ["SentimentReport", "sentiment"]
