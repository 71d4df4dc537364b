"""Damage lines as a speech recogniser would, so that each pass of the training hears them a little differently."""

from __future__ import annotations

import random
import re

from training.examples import Example, Mention

PLAIN_WORDS = 0.15
"""Share of the words that name neither product nor person which are learnt from as such: some two a line, beside one product in
three lines."""
_PLAIN_WORD = re.compile(r"\w[\w'’]*")
_OPEN, _CLOSE = "\ue000", "\ue001"
"""Characters of private use that mark a mention while its line is damaged."""


def with_plain_words(example: Example, chance: random.Random) -> Example:
    """Add some words that name no product where all products are marked, and no stakeholder where all of them are."""
    marked = {"relation": example.products_marked, "person": example.people_marked}
    heads = [head for head, is_marked in marked.items() if is_marked]
    taken = [(mention.start, mention.end) for mention in example.mentions]
    plain = [
        Mention(*found.span(), head, "other")
        for found in _PLAIN_WORD.finditer(example.line.text)
        if chance.random() < PLAIN_WORDS and not any(found.start() < end and start < found.end() for start, end in taken)
        for head in heads
    ]
    products = {(m.start, m.end) for m in example.mentions if m.head == "relation"} if example.people_marked else ()
    return example._replace(
        mentions=(*example.mentions, *plain, *(Mention(start, end, "person", "other") for start, end in products))
    )


def as_heard(example: Example, chance: random.Random) -> Example:
    """Augment a line as a recogniser would write it: often without punctuation and capitals, sometimes with words lost.

    Mentions keep their words, and move with them.
    """
    text = _bracketed(example)
    if chance.random() < 0.45:
        text = re.sub(r"[^\w\s'$%\ue000\ue001-]", "", text).lower()
    words = text.split()
    if chance.random() < 0.35 and len(words) > 3:
        text = " ".join(word for word in words if chance.random() > 0.1 or _OPEN in word or _CLOSE in word) or text
    plain, places = "", list[tuple[int, int]]()
    for at, part in enumerate(re.split(f"[{_OPEN}{_CLOSE}]", text)):
        if at % 2:
            places.append((len(plain), len(plain) + len(part)))
        plain += part
    spans = sorted({(mention.start, mention.end) for mention in example.mentions})
    moved = dict(zip(spans, places, strict=True))
    mentions = tuple(mention._replace(start=moved[mention[:2]][0], end=moved[mention[:2]][1]) for mention in example.mentions)
    return example._replace(line=example.line._replace(text=plain), mentions=mentions)


def _bracketed(example: Example) -> str:
    """Return the text with marks around its mentions, which do not overlap."""
    text, at = "", 0
    for start, end in sorted({(mention.start, mention.end) for mention in example.mentions}):
        text += example.line.text[at:start] + _OPEN + example.line.text[start:end] + _CLOSE
        at = end
    return text + example.line.text[at:]
