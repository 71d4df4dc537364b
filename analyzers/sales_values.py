"""Name the closed lists of values of the sales facts (spec 3.1), as ``docs/reports.md`` lists them."""

from __future__ import annotations

from typing import Literal

Authority = Literal["decision_maker", "influencer", "needs_approval"]
Timeline = Literal["this_week", "this_month", "this_quarter", "next_quarter", "evaluating"]
Level = Literal["high", "medium", "low"]
CompetitorContext = Literal["current", "considering", "past", "comparison"]
SentimentToward = Literal["positive", "neutral", "negative"]
ObjectionCategory = Literal["pricing", "features", "timing", "trust"]
Severity = Literal["blocker", "concern"]
OTHER = "other"
"""The topic of what belongs to none of the closed lists of ``data/topics.yml``."""
