"""Long speech is cut where sentences end, else between words, and endless speech keeps its beginning and its end."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from analyzers.language.reader.pieces import MOST_PIECES, MOST_WORDS, pieces_of


def test_a_short_line_is_one_piece() -> None:
    assert pieces_of("Yes, that works.") == [(0, 16)]
    assert pieces_of("  ") == []


def test_long_speech_is_cut_where_a_sentence_ends() -> None:
    text = "We have tried it all. " + "And then some more of it came along " * 6
    first, *_ = pieces_of(text)
    assert text[first.start : first.end] == "We have tried it all."


@given(st.text(alphabet="ab .?!\n", max_size=3_000))
def test_pieces_are_in_order_and_short_enough(text: str) -> None:
    pieces = pieces_of(text)
    assert len(pieces) <= MOST_PIECES
    assert all(one.end <= other.start for one, other in pairwise(pieces))
    assert all(0 < len(text[piece.start : piece.end].split()) <= MOST_WORDS for piece in pieces)
