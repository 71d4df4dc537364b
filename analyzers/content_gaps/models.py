"""Define the shape of the content gap report (spec 3.7)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from analyzers.availability import Availability
from analyzers.evidence import ExtractedFact, ReportModel
from analyzers.targets import MetricStatus

Impact = Literal["high", "medium", "low"]


class FailedSearch(ReportModel):
    """Describes a search with zero results; ``frequency`` counts similar ones in this call.

    How often a search fails across calls is a query over the warehouse. ``impact`` high: the caller's question stayed open or
    its category decides deals; low: a later search on the topic succeeded. ``query`` is null when the caller refused to have
    words stored.
    """

    query: str | None
    category: str | None
    timestamp: datetime | None
    topic: str | None
    frequency: int
    impact: Impact
    recovered: bool
    question_item_id: str | None


class UnansweredQuestion(ExtractedFact):
    """Describes a question of the caller that got no clear answer.

    ``deflected``: the agent turned it away or referred it to somebody else; ``left_unsatisfied``: the caller's next words were
    negative.
    """

    question: str
    topic: str | None
    deflected: bool
    left_unsatisfied: bool | None
    frequency: int
    timestamp: datetime | None


class RepeatQuestion(ExtractedFact):
    """Describes a cluster of similar questions, most frequent first; ``answered``: at least one of them was."""

    question: str
    topic: str | None
    count: int
    answered: bool


class MissingArea(ReportModel):
    """Names a topic the sources do not cover: a missing topic, Intercom article or integration guide."""

    topic: str
    kind: Literal["topic", "intercom_article", "integration_guide"]
    article: str | None
    mentions: int


class GapMeasure(Availability):
    """Holds a share (0-1) over ``n`` searches beside its target."""

    value: float | None
    n: int
    target: str | None
    rating: MetricStatus


class Searches(ReportModel):
    """Counts the searches; an outage (an error instead of an answer) is neither ``with_results`` nor ``failed``.

    Outages say nothing about content.
    """

    total: int
    with_results: int
    failed: int
    outages: int


class Priority(ReportModel):
    """Ranks what to write first: ``points`` add up the impact of failed searches, open questions and repeats."""

    rank: int
    topic: str
    points: int
    failed_searches: int
    unanswered_questions: int
    repeats: int


class ArticleRecommendation(ReportModel):
    """Recommends an article; ``content_type``: guide, troubleshooting, reference, integration_guide or pricing_page."""

    topic: str
    article: str
    collection: str | None
    content_type: str
    priority: int
    reason: str


class ContentGapReport(Availability):
    """Holds the content gap report; ``questions`` says whether the caller's questions could be read.

    Searches are reported either way. ``failed_searches`` holds all in the order of the call; ``top_failed_searches`` ten at
    most, the most frequent first, similar ones once.
    """

    questions: Availability
    searches: Searches
    failed_searches: tuple[FailedSearch, ...]
    top_failed_searches: tuple[FailedSearch, ...]
    unanswered_questions: tuple[UnansweredQuestion, ...]
    repeat_questions: tuple[RepeatQuestion, ...]
    missing_areas: tuple[MissingArea, ...]
    coverage_rate: float | None
    source_coverage: GapMeasure
    source_quality: GapMeasure
    source_recency: GapMeasure
    priorities: tuple[Priority, ...]
    recommendations: tuple[ArticleRecommendation, ...]
