import asyncio

import pytest

from agent.knowledge.embedded import embedded


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("are electronic signatures legally valid", "Are e-signatures legally valid"),
        ("how much does it cost per user", "Plans and prices"),
        ("does signing update the opportunity stage in Salesforce", "Salesforce integration"),
    ],
)
def test_the_best_article_comes_first(query: str, title: str):
    assert asyncio.run(embedded().search(query, None)).articles[0].title == title


@pytest.mark.parametrize("query", ["refrigerator display signing xylophone", "best pizza recipe", "", "?" * 10_000])
def test_an_off_topic_query_finds_nothing(query: str):
    assert asyncio.run(embedded().search(query, "features")).total_results == 0
