"""Topics come from closed lists: by words, by the engine's name, by meaning, else other."""

from __future__ import annotations

from typing import get_args

import pytest
import yaml

from analyzers.language.embedded.text.vocabulary import Features
from analyzers.sales_values import OTHER
from analyzers.topics import TopicKind, TopicList, Topics
from contract.reference import Reference

TOPICS = Reference().table(Topics)


def listed(kind: TopicKind) -> TopicList:
    topics = TOPICS.list_of(kind)
    assert topics is not None
    return topics


def test_every_kind_has_a_list_of_topics_with_a_label_each() -> None:
    assert set(TOPICS.lists) == {kind for part in get_args(TopicKind) for kind in get_args(part)}
    for topics in TOPICS.lists.values():
        assert len({topic.topic for topic in topics}) == len({topic.label for topic in topics}) == len(topics)


def test_labels_start_with_a_capital_and_are_no_sentences() -> None:
    labels = [topic.label for topics in TOPICS.lists.values() for topic in topics]
    assert [label for label in labels if not label[0].isupper() or label.endswith(".") or len(label) > 45] == []


def test_the_features_of_the_product_are_topics() -> None:
    names = {feature.name for feature in Reference().table(Features).features}
    assert names <= {topic.topic for topic in TOPICS.lists["feature_request"]}


def test_the_pains_that_rules_find_are_topics() -> None:
    cues = yaml.safe_load((Reference().folder / "lexicons" / "pain_points.yml").read_text(encoding="utf-8"))["cues"]
    assert set(cues) <= {topic.topic for topic in TOPICS.lists["pain_point"]}


@pytest.mark.parametrize(
    ("kind", "clause", "topic"),
    [
        ("pain_point", "my wife types it in again every evening", "manual entry"),
        ("pain_point", "we lost two clients over it", "lost business"),
        ("pain_point", "last week we lost three contracts", "lost documents"),
        ("feature_request", "does it do a bulk send", "bulk send"),
        ("pricing", "is there a nonprofit discount", "discount"),
        ("timing", "our contract with them runs until June", "existing contract"),
    ],
)
def test_words_name_the_topic(kind: TopicKind, clause: str, topic: str) -> None:
    assert listed(kind).of(clause, clause, "").topic == topic


def test_where_no_word_is_listed_the_engine_names_the_topic() -> None:
    assert listed("pain_point").of("it is what it is", "it is what it is", "chasing").topic == "chasing"


def test_a_clause_that_means_the_same_as_an_example_is_of_its_topic() -> None:
    clause = "two weeks pass before we get a contract returned"
    assert listed("pain_point").of(clause, clause, "two weeks pass").topic == "slow turnaround"


def test_what_is_of_no_topic_is_other_without_a_label() -> None:
    assert listed("pain_point").of("the purple goat sings", "the purple goat sings", "the purple") == (OTHER, None)


def test_an_unknown_kind_has_no_list() -> None:
    assert TOPICS.list_of("weather") is None
