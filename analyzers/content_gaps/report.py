"""Build the content gap report: searches from the tool log, questions from the transcript (spec 3.7)."""

from __future__ import annotations

from analyzers.availability import Availability, words_missing
from analyzers.call import AnnotatedCall
from analyzers.content_gaps.articles import Articles
from analyzers.content_gaps.models import ContentGapReport
from analyzers.content_gaps.priorities import gaps_by_topic, missing_areas, priorities, recommendations
from analyzers.content_gaps.questions import grouped, questions_of, repeated, unanswered
from analyzers.content_gaps.searches import (
    counted,
    coverage,
    failed_searches,
    quality,
    top_failed,
    unavailable,
    with_topics_of_searches,
)
from analyzers.targets import Targets
from contract.reference import Reference

__all__ = ["ContentGapReport", "content_gaps"]


def content_gaps(call: AnnotatedCall, reference: Reference) -> ContentGapReport:
    """Report failed searches and open questions: the searches alone without words, ``unavailable`` without either."""
    limits, articles = reference.table(Targets).content, reference.table(Articles)
    searches, reason = call.document.searches, words_missing(call)
    asked = [] if reason else with_topics_of_searches(questions_of(call, articles), searches, articles, limits)
    groups = grouped(asked, limits)
    failed = failed_searches(searches, asked, articles, limits, call.document.words_kept)
    opened, repeated_questions = unanswered(call, groups), repeated(groups)
    gaps = gaps_by_topic(failed, opened, repeated_questions, limits)
    covered = coverage(numbers := counted(searches), limits)
    nothing_known = reason is not None and not searches
    return ContentGapReport(
        status="unavailable" if nothing_known else "ok",
        reason=reason if nothing_known else None,
        questions=Availability(status="unavailable" if reason else "ok", reason=reason),
        searches=numbers,
        failed_searches=failed,
        top_failed_searches=top_failed(failed, limits),
        unanswered_questions=opened,
        repeat_questions=repeated_questions,
        missing_areas=missing_areas(gaps, articles),
        coverage_rate=covered.value,
        source_coverage=covered,
        source_quality=unavailable(reason) if reason else quality(searches, asked, limits),
        source_recency=unavailable("index_gives_no_dates"),
        priorities=priorities(gaps, limits.top),
        recommendations=recommendations(gaps, articles, limits.top),
    )
