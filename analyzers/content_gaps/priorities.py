"""Rank what to write first: add up gaps by topic, and name the article each of them calls for (spec 3.7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from analyzers.content_gaps.articles import Articles
from analyzers.content_gaps.models import (
    ArticleRecommendation,
    FailedSearch,
    MissingArea,
    Priority,
    RepeatQuestion,
    UnansweredQuestion,
)
from analyzers.targets import ContentTargets

OTHER = "other"


@dataclass
class Gap:
    """Collects everything that was found on one topic."""

    points: int = 0
    failed: int = 0
    unanswered: int = 0
    repeats: int = 0
    example: str | None = None

    @property
    def reason(self) -> str:
        parts = ((self.failed, "failed search(es)"), (self.unanswered, "unanswered question(s)"), (self.repeats, "repetition(s)"))
        return ", ".join(f"{number} {name}" for number, name in parts if number)


def gaps_by_topic(
    failed: Sequence[FailedSearch],
    opened: Sequence[UnansweredQuestion],
    repeated_questions: Sequence[RepeatQuestion],
    limits: ContentTargets,
) -> dict[str, Gap]:
    """Return the topics by points, highest first; equal ones in order of appearance."""
    gaps: defaultdict[str, Gap] = defaultdict(Gap)
    for search in failed:
        gap = gaps[search.topic or OTHER]
        gap.points, gap.failed, gap.example = (
            gap.points + limits.impact_points[search.impact],
            gap.failed + 1,
            gap.example or search.query,
        )
    for question in opened:
        gap = gaps[question.topic or OTHER]
        gap.points, gap.unanswered = gap.points + limits.impact_points["medium"], gap.unanswered + 1
        gap.example = gap.example or question.question
    for cluster in repeated_questions:
        gap = gaps[cluster.topic or OTHER]
        gap.points, gap.repeats = gap.points + cluster.count - 1, gap.repeats + cluster.count - 1
        gap.example = gap.example or cluster.question
    return dict(sorted(gaps.items(), key=lambda entry: -entry[1].points))


def priorities(gaps: dict[str, Gap], top: int) -> tuple[Priority, ...]:
    return tuple(
        Priority(
            rank=rank,
            topic=topic,
            points=gap.points,
            failed_searches=gap.failed,
            unanswered_questions=gap.unanswered,
            repeats=gap.repeats,
        )
        for rank, (topic, gap) in enumerate(list(gaps.items())[:top], start=1)
    )


def missing_areas(gaps: dict[str, Gap], articles: Articles) -> tuple[MissingArea, ...]:
    """Return topics with a failed search or an open question; a repetition alone is not missing content."""
    return tuple(_area(topic, gap, articles) for topic, gap in gaps.items() if gap.failed or gap.unanswered)


def recommendations(gaps: dict[str, Gap], articles: Articles, top: int) -> tuple[ArticleRecommendation, ...]:
    return tuple(_recommendation(rank, topic, gap, articles) for rank, (topic, gap) in enumerate(list(gaps.items())[:top], start=1))


def _area(topic: str, gap: Gap, articles: Articles) -> MissingArea:
    article = articles.article_for(topic)
    integration = article is not None and article.content_type == "integration_guide"
    known = "intercom_article" if article else "topic"
    return MissingArea(
        topic=topic,
        kind="integration_guide" if integration else known,
        article=article.article if article else None,
        mentions=gap.failed + gap.unanswered,
    )


def _recommendation(rank: int, topic: str, gap: Gap, articles: Articles) -> ArticleRecommendation:
    article = articles.article_for(topic)
    return ArticleRecommendation(
        topic=topic,
        article=article.article if article else f"Answer: {gap.example or topic}",
        collection=article.collection if article else None,
        content_type=article.content_type if article else "guide",
        priority=rank,
        reason=gap.reason,
    )
