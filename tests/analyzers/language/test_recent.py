"""What was made of a text is kept for a while, without the text."""

import pytest

from analyzers.language.recent import Recent


def counting(most: int) -> tuple[Recent[str], list[str]]:
    made: list[str] = []

    def make(text: str) -> str:
        if text == "broken":
            raise ValueError(text)
        made.append(text)
        return text.upper()

    return Recent(make, most), made


def test_a_text_is_made_once() -> None:
    recent, made = counting(2)
    assert [recent.of("hello"), recent.of("hello")] == ["HELLO", "HELLO"]
    assert made == ["hello"]


def test_what_was_used_longest_ago_is_dropped() -> None:
    recent, made = counting(2)
    for text in ("first", "second", "first", "third", "first", "second"):
        recent.of(text)
    assert made == ["first", "second", "third", "second"]


def test_a_failure_is_not_kept() -> None:
    recent, _ = counting(2)
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            recent.of("broken")


def test_halves_of_surrogate_pairs_are_texts_too() -> None:
    recent, _ = counting(2)
    assert recent.of("\ud83d") == "\ud83d"


def test_no_words_are_kept() -> None:
    recent, _ = counting(2)
    recent.of("the words of a caller")
    assert "the words of a caller" not in repr(vars(recent)["_kept"].keys())
