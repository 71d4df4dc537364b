"""Failed searches, open and repeated questions, and the articles they ask for (spec 3.7; contract: failed search)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from analyzers.clustering import clusters
from analyzers.content_gaps.articles import Articles
from analyzers.content_gaps.models import ContentGapReport
from analyzers.content_gaps.report import content_gaps
from analyzers.language.annotations import ActKind
from tests.analyzers.recorded_calls import REFERENCE, Turn, agent, at, question, recorded_call, search, user


def report_of(turns: Sequence[Turn] = (), **fields: Any) -> ContentGapReport:
    return content_gaps(recorded_call(turns, **fields), REFERENCE)


def ask(text: str, answered: bool | None, start: float | None = None, topic: str | None = None, score: float = 0.0) -> Turn:
    return user(text, start, None if start is None else start + 1, score, [question(text, answered, topic)])


def test_zero_results_are_a_failed_search_and_an_outage_never_is() -> None:
    report = report_of(
        [agent()],
        tool_calls=[
            search("witness signatures", 0, 10, "features"),
            search("pricing", None, 20, error="timeout"),
            search("templates", 4, 30),
        ],
    )
    (failed,) = report.failed_searches
    assert (failed.query, failed.category, failed.timestamp, failed.frequency) == ("witness signatures", "features", at(10), 1)
    assert report.searches.model_dump() == {"total": 3, "with_results": 1, "failed": 1, "outages": 1}
    assert (report.coverage_rate, report.source_coverage.n, report.source_coverage.rating) == (0.5, 2, "poor")


def test_without_searches_coverage_is_null_with_n_0() -> None:
    only_outage = report_of([agent()], tool_calls=[search("x", None, error="timeout")])
    for report in (report_of([agent()]), only_outage):
        coverage = report.source_coverage
        assert (report.coverage_rate, coverage.value, coverage.n, coverage.status) == (None, None, 0, "unavailable")


def test_alike_failed_searches_count_together() -> None:
    calls = [search("Zapier integration how to", 0, 1), search("how to Zapier integration", 0, 2), search("fonts", 0, 3)]
    report = report_of([agent()], tool_calls=[search("logos", 0), *calls])
    assert [failed.frequency for failed in report.failed_searches] == [1, 2, 2, 1]
    assert [failed.query for failed in report.top_failed_searches] == ["Zapier integration how to", "logos", "fonts"]


def test_at_most_ten_failed_searches_are_on_top() -> None:
    report = report_of([agent()], tool_calls=[search(f"{letter * 4} question", 0) for letter in "abcdefghijklm"])
    assert (len(report.failed_searches), len(report.top_failed_searches)) == (13, 10)


def test_impact_is_high_for_an_open_question_or_a_critical_category_and_low_after_recovery() -> None:
    asked = [ask("Can I turn reminders off at night?", False, 10), agent(start=12, end=13)]
    calls = [
        search("quiet hours for reminders", 0, 14, "features"),
        search("nonprofit discount", 0, 200, "pricing"),
        search("template variables", 0, 300),
        search("templates placeholder", 2, 310),
        search("custom fonts", 0, 400),
    ]
    failed = report_of(asked, tool_calls=calls).failed_searches
    assert [entry.impact for entry in failed] == ["high", "high", "low", "medium"]
    assert [entry.question_item_id for entry in failed] == ["item_000", None, None, None]


def test_unanswered_questions_carry_topic_deflection_and_evidence() -> None:
    turns = [
        ask("Do you support Scots law witnesses?", False, 1, score=0.0),
        agent("A specialist will confirm.", 3, 4, [ActKind.DEFLECTION]),
        user("That's useless.", 5, 6, -0.7),
        ask("What does it cost?", True, 7),
        ask("And blorp?", False, 9, topic="blorp"),
    ]
    first, second = report_of(turns).unanswered_questions
    assert (first.topic, first.deflected, first.left_unsatisfied, first.timestamp) == ("e-signature law", True, True, at(1))
    assert first.evidence[0].quote == first.question == "Do you support Scots law witnesses?"
    assert (second.topic, second.deflected, second.left_unsatisfied) == ("blorp", False, None)


def test_a_question_answered_on_its_second_asking_is_closed_but_still_repeated() -> None:
    turns = [ask("How do I export the signed PDF?", False), agent(), ask("How do I export the signed PDF then?", True), agent()]
    report = report_of(turns)
    assert report.unanswered_questions == ()
    (again,) = report.repeat_questions
    assert (again.count, again.answered, again.topic, len(again.evidence)) == (2, True, "files and export", 2)


def test_a_question_without_a_topic_takes_that_of_the_search_made_for_it() -> None:
    turns = [ask("Can I stop it from sending at night?", False, 10), agent(start=12, end=13)]
    report = report_of(turns, tool_calls=[search("quiet hours for reminders", 0, 14)])
    assert report.unanswered_questions[0].topic == report.failed_searches[0].topic == "reminders"
    assert [priority.topic for priority in report.priorities] == ["reminders"]


def test_questions_without_a_verdict_are_not_reported_as_open() -> None:
    assert report_of([ask("Hm?", None)]).unanswered_questions == ()


def test_priorities_rank_topics_by_their_points_and_recommend_articles() -> None:
    calls = [
        search("zapier integration", 0, 1, "integrations"),
        search("zapier trigger setup", 0, 2, "integrations"),
        search("fonts", 0, 100),
    ]
    report = report_of([ask("Does Zapier work?", False, 0), ask("Can we glorp the flum?", False, 500)], tool_calls=calls)
    assert [(p.rank, p.topic, p.points) for p in report.priorities] == [
        (1, "zapier integration", 8),
        (2, "editor and layout", 2),
        (3, "other", 2),
    ]
    first, _, other = report.recommendations
    assert (first.article, first.collection, first.content_type) == (
        "Connect PandaDoc with Zapier",
        "Integrations",
        "integration_guide",
    )
    assert other.article == "Answer: Can we glorp the flum?"
    assert [(area.kind, area.mentions) for area in report.missing_areas] == [
        ("integration_guide", 3),
        ("intercom_article", 1),
        ("topic", 1),
    ]


def test_source_quality_is_implied_by_follow_ups() -> None:
    turns = [ask("Is it legal in Spain?", False, 9), agent(start=11, end=12)]
    calls = [
        search("legal validity spain", 3, 10),
        search("bulk send limits", 2, 100),
        search("bulk send limits", 2, 150),
        search("fonts", 0, 160),
    ]
    quality = report_of(turns, tool_calls=calls).source_quality
    assert (quality.value, quality.n) == (0.3333, 3)


def test_age_of_content_is_unknown_because_the_index_gives_no_dates() -> None:
    recency = report_of([agent()]).source_recency
    assert (recency.status, recency.value, recency.reason) == ("unavailable", None, "index_gives_no_dates")


@pytest.mark.parametrize("reason", ["no_transcript", "language:fr"])
def test_without_words_the_searches_are_still_reported(reason: str) -> None:
    report = report_of([ask("Où ?", False)], unavailable=reason, tool_calls=[search("invoices", 0)])
    assert (report.status, report.questions.status, report.questions.reason) == ("ok", "unavailable", reason)
    assert (len(report.failed_searches), report.coverage_rate, report.unanswered_questions) == (1, 0.0, ())
    nothing = report_of(unavailable=reason)
    assert (nothing.status, nothing.reason) == ("unavailable", reason)


def test_a_caller_who_refused_consent_leaves_no_query_behind() -> None:
    report = report_of(consent={"obtained": False}, tool_calls=[search("my divorce contract", 0, category="features")])
    assert (report.failed_searches[0].query, report.failed_searches[0].category) == (None, "features")
    assert "divorce" not in report.model_dump_json()


def test_every_article_has_a_known_content_type_and_every_category_a_topic() -> None:
    articles = REFERENCE.table(Articles)
    everything = [*articles.topics, *articles.by_category.values()]
    assert {article.content_type for article in everything} <= set(articles.content_types)
    assert articles.topic_of("glorp", "pricing") == "plans and prices"
    assert articles.topic_of("glorp") is None
    assert all(articles.article_for(article.topic) for article in everything)


def test_alike_texts_cluster_and_short_ones_only_when_equal() -> None:
    assert clusters(["How do I pay?", "and now?", "how do i pay", "And now", "and then?", ""], 82, 3) == [[0, 2], [1, 3], [4], [5]]
