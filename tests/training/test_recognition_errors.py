"""Lines are damaged as a recogniser would, and what they name moves with its words."""

from __future__ import annotations

import random

from analyzers.language.reader.reader import ReaderInput
from training.examples import Example, Mention
from training.recognition_errors import as_heard, with_plain_words

LINE = "Well, we left DocuSign in May, and now it's six of us, on paper, all day long."
MENTIONS = (Mention(14, 22, "relation", "past"), Mention(14, 22, "liking", "negative"), Mention(44, 47, "figure", "people"))
EXAMPLE = Example(ReaderInput("Who signs?", LINE), {}, MENTIONS, products_marked=True)


def test_mentions_keep_their_words_however_the_line_is_damaged() -> None:
    damaged = [as_heard(EXAMPLE, random.Random(seed)) for seed in range(50)]
    assert len({one.line.text for one in damaged}) > 5
    for one in damaged:
        said = [one.line.text[mention.start : mention.end].lower() for mention in one.mentions]
        assert said == ["docusign", "docusign", "six"]
        assert one.line.text.isprintable()


def test_plain_words_are_added_only_where_every_product_is_marked() -> None:
    added = with_plain_words(EXAMPLE, random.Random(1)).mentions[len(MENTIONS) :]
    assert added
    assert all((mention.head, mention.label) == ("relation", "other") for mention in added)
    assert not any(mention.start < 22 and mention.end > 14 for mention in added)
    assert with_plain_words(EXAMPLE._replace(products_marked=False), random.Random(1)) == EXAMPLE._replace(products_marked=False)
