"""What is shown of an utterance, whatever it holds."""

import re

from orchestration.search.snippet import LENGTH, UtteranceMatch, best, excerpt


def shown(text: str, *found: str) -> tuple[str, list[str]]:
    words = re.findall(r"\w+", text)
    part, marks = excerpt(text, words, {n for n, word in enumerate(words, start=1) if word in found})
    return part, [part[a:b] for a, b in marks]


def test_a_short_utterance_is_shown_whole():
    assert shown("We need a proposal today", "proposal") == ("We need a proposal today", ["proposal"])


def test_a_long_one_is_cut_around_the_words_that_were_found():
    part, marks = shown(" ".join([*("before",) * 100, "zebra", "and", "giraffe", *("after",) * 100]), "zebra", "giraffe")
    assert marks == ["zebra", "giraffe"]
    assert len(part) <= LENGTH
    assert part.startswith("…")
    assert part.endswith("…")


def test_the_window_lies_where_most_words_are():
    _, marks = shown(" ".join(["zebra", *("between",) * 60, "zebra", "zebra", *("between",) * 60]), "zebra")
    assert marks == ["zebra", "zebra"]


def test_the_last_word_of_a_long_utterance_is_seen():
    part, marks = shown(" ".join([*("before",) * 100, "zebra"]), "zebra")
    assert marks == ["zebra"]
    assert part.endswith("zebra")


def test_a_word_longer_than_the_snippet_is_cut_with_its_mark():
    part, marks = shown("z" * 1000, "z" * 1000)
    assert len(part) <= LENGTH
    assert set(marks[0]) == {"z"}


def test_control_and_invisible_characters_become_spaces_and_offsets_stay():
    part, marks = shown("a\x1b[31m\x07 zebra\r\n\u202egniht\u200b \ud800", "zebra")
    assert marks == ["zebra"]
    assert part.isprintable()
    assert part.startswith("a [31m")


def test_words_that_occur_inside_others_are_marked_at_their_own_place():
    part, marks = excerpt("category cat", ["category", "cat"], {2})
    assert marks == ((9, 12),)
    assert part[9:12] == "cat"


def test_a_phrase_comes_first_and_a_second_utterance_only_with_another_term():
    one, two = (
        UtteranceMatch(3, {"sale": 1.0, "integr": 2.0}, True),
        UtteranceMatch(5, {"sale": 1.0, "integr": 2.0, "price": 3.0}, False),
    )
    assert best([one, two]) == [3, 5]
    assert best([UtteranceMatch(1, {"sale": 1.0}, False), UtteranceMatch(2, {"sale": 1.0}, False)]) == [1]
    assert best([]) == []
