"""Where the words that a model quotes stand in an utterance: word for word, or nowhere."""

from __future__ import annotations

from analyzers.language.openai_engine.prompt import clean
from contract.document.session import TranscriptItem

LONGEST_VALUE = 200  # characters of a value: names and topics are shorter, a longer text is a sentence and no value


def place_of(quote: str, item: TranscriptItem) -> tuple[int, int] | None:
    """Return start and end of the quote in the item's text; None for an empty one or one that is not there."""
    wanted = quote.strip()
    start = clean(item.text).find(wanted) if wanted else -1
    return None if start < 0 else (start, start + len(wanted))
