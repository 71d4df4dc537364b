"""Evaluate the agent's searches: which found nothing, how much of them the sources cover and how well (spec 3.7).

A search that failed with an error is an outage: it feeds alerts on the API, never content gaps.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from operator import itemgetter

from analyzers.clustering import clusters
from analyzers.content_gaps.articles import Articles
from analyzers.content_gaps.models import FailedSearch, GapMeasure, Impact, Searches
from analyzers.content_gaps.questions import Question
from analyzers.targets import ContentTargets, MetricStatus
from contract.document.session import KnowledgeSearch


def is_outage(search: KnowledgeSearch) -> bool:
    return search.error is not None


def found_nothing(search: KnowledgeSearch) -> bool:
    """Return whether a search had zero results; an older document may only say that none were found."""
    if is_outage(search):
        return False
    return search.total_results == 0 or (search.total_results is None and search.results_found is False)


def found_something(search: KnowledgeSearch) -> bool:
    if is_outage(search):
        return False
    return bool(search.total_results) or (search.total_results is None and search.results_found is True)


def counted(searches: Sequence[KnowledgeSearch]) -> Searches:
    return Searches(
        total=len(searches),
        with_results=sum(map(found_something, searches)),
        failed=sum(map(found_nothing, searches)),
        outages=sum(map(is_outage, searches)),
    )


def coverage(numbers: Searches, limits: ContentTargets) -> GapMeasure:
    """Return the share of answered searches that had results."""
    answered = numbers.with_results + numbers.failed
    value = numbers.with_results / answered if answered else None
    return _measure(value, answered, limits.coverage.target, limits.coverage.status(value), "no_searches")


def failed_searches(
    searches: Sequence[KnowledgeSearch], asked: Sequence[Question], articles: Articles, limits: ContentTargets, words_kept: bool
) -> tuple[FailedSearch, ...]:
    """Return the searches with zero results, in the order of the call."""
    topics = [articles.topic_of(search.query if words_kept else None, search.category) for search in searches]
    alike, times = _frequencies(searches, limits), QuestionTimes(asked)
    last_found = {topic: position for position, topic in enumerate(topics) if found_something(searches[position])}
    entries: list[FailedSearch] = []
    for position, search in enumerate(searches):
        if not found_nothing(search):
            continue
        recovered = topics[position] is not None and last_found.get(topics[position], -1) > position
        question = times.behind(search, limits)
        entries.append(
            FailedSearch(
                query=search.query if words_kept else None,
                category=search.category,
                timestamp=search.timestamp,
                topic=topics[position],
                frequency=alike.get(position, 1),
                impact=_impact(search, question, recovered, limits),
                recovered=recovered,
                question_item_id=question.evidence.item_id if question else None,
            )
        )
    return tuple(entries)


def top_failed(failed: Sequence[FailedSearch], limits: ContentTargets) -> tuple[FailedSearch, ...]:
    """Return the failed searches by frequency, then by impact; of similar ones only the first."""
    groups = clusters(
        [search.query or f"{search.category} {search.timestamp}" for search in failed], limits.similar, limits.similar_words
    )
    ranked = sorted((failed[group[0]] for group in groups), key=lambda s: (-s.frequency, -limits.impact_points[s.impact]))
    return tuple(ranked[: limits.top])


def quality(searches: Sequence[KnowledgeSearch], asked: Sequence[Question], limits: ContentTargets) -> GapMeasure:
    """Measure relevance by follow-ups: results count as unhelpful when the question stayed open or was searched for again."""
    groups = clusters([search.query or "" for search in searches], limits.similar, limits.similar_words)
    searched_again = {position for group in groups for position in group[:-1]}
    times = QuestionTimes(asked)
    helped = [
        position not in searched_again and not _left_open(times.behind(search, limits))
        for position, search in enumerate(searches)
        if found_something(search)
    ]
    value = sum(helped) / len(helped) if helped else None
    return _measure(value, len(helped), limits.quality.target, limits.quality.status(value), "no_results_to_judge")


class QuestionTimes:
    """Finds the question behind a search by bisection, since a call may have thousands of both."""

    def __init__(self, asked: Sequence[Question]) -> None:
        self._timed = sorted(((q.asked_at, q) for q in asked if q.asked_at is not None), key=itemgetter(0))

    def behind(self, search: KnowledgeSearch, limits: ContentTargets) -> Question | None:
        """Return the caller's last question before the search, if it came shortly before; else None."""
        if search.timestamp is None:
            return None
        at = bisect_right(self._timed, search.timestamp, key=itemgetter(0)) - 1
        if at < 0 or _seconds(self._timed[at][0], search.timestamp) > limits.follow_up_seconds:
            return None
        return self._timed[at][1]


def with_topics_of_searches(
    asked: Sequence[Question], searches: Sequence[KnowledgeSearch], articles: Articles, limits: ContentTargets
) -> list[Question]:
    """Give a question whose own words show no topic the topic of the search made for it."""
    times = QuestionTimes(asked)
    topics = {id(q): articles.topic_of(s.query, s.category) for s in searches if (q := times.behind(s, limits))}
    return [question if question.topic else replace(question, topic=topics.get(id(question))) for question in asked]


def unavailable(reason: str) -> GapMeasure:
    return _measure(None, 0, None, "unavailable", reason)


def _frequencies(searches: Sequence[KnowledgeSearch], limits: ContentTargets) -> dict[int, int]:
    failed = [position for position, search in enumerate(searches) if found_nothing(search)]
    groups = clusters([searches[position].query or "" for position in failed], limits.similar, limits.similar_words)
    return {failed[member]: len(group) for group in groups for member in group}


def _impact(search: KnowledgeSearch, question: Question | None, recovered: bool, limits: ContentTargets) -> Impact:
    if recovered:
        return "low"
    critical = (search.category or "").lower() in limits.critical_categories
    return "high" if critical or _left_open(question) else "medium"


def _left_open(question: Question | None) -> bool:
    return question is not None and question.answered is False


def _seconds(earlier: datetime, later: datetime) -> float:
    return (later - earlier).total_seconds()


def _measure(value: float | None, n: int, target: str | None, rating: MetricStatus, reason: str) -> GapMeasure:
    missing = value is None
    return GapMeasure(
        status="unavailable" if missing else "ok",
        reason=reason if missing else None,
        value=None if value is None else round(value, 4),
        n=n,
        target=target,
        rating=rating,
    )
