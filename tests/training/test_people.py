"""Stakeholders are learnt from where their labels' words stand in the caller's lines."""

from __future__ import annotations

import pytest

from training.people import people_named


def named(said: str, *people: tuple[str, str]) -> list[tuple[str, str]]:
    gold = {"stakeholders": [{"role": role, "influence": influence} for role, influence in people]}
    return [(said[one.start : one.end], one.influence) for one in sorted(people_named(gold, said))]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("It's Deb in the office who sends them", ["Deb", "office"]),
        ("ask Deb, she knows", ["Deb"]),
        ("the office is closed on Fridays", []),
        ("Deb's the one", ["Deb's"]),
    ],
)
def test_a_label_is_marked_whole_and_elsewhere_by_its_head(said: str, words: list[str]) -> None:
    assert [word for word, _ in named(said, ("Deb in the office", "user"))] == words


def test_plurals_and_several_heads_are_found() -> None:
    assert named("my sister signs, reps send", ("sister and co-owner", "decision_maker"), ("sales rep", "user")) == [
        ("sister", "decision_maker"),
        ("reps", "user"),
    ]


def test_one_word_is_marked_once_for_the_longest_label() -> None:
    people = (("manager", "user"), ("office manager", "gatekeeper"))
    assert named("our office manager pays", *people) == [("office", "gatekeeper"), ("manager", "gatekeeper")]
