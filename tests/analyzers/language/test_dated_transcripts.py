"""A transcript knows the day of its call wherever it is sent, and the cache tells days apart."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

from analyzers.language.cache import transcript_hash
from analyzers.language.transcript import DatedTranscript, began
from contract.document.session import TranscriptItem

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
PLAIN = TranscriptItem(id="a", role="user", text="by Friday")


def test_it_equals_its_items_and_keeps_its_time_in_another_process() -> None:
    made = DatedTranscript([PLAIN], MONDAY)
    sent = pickle.loads(pickle.dumps(made))
    assert (sent, began(sent)) == ((PLAIN,), MONDAY)


def test_without_the_documents_time_an_item_tells_the_day() -> None:
    timed = PLAIN.model_copy(update={"started_at": MONDAY})
    assert began([PLAIN, timed]) == MONDAY
    assert began([PLAIN]) is None
    assert began(()) is None


def test_the_same_words_on_another_day_are_another_entry_of_the_cache() -> None:
    days = [PLAIN.model_copy(update={"started_at": MONDAY.replace(day=day)}) for day in (16, 17)]
    assert len({transcript_hash([item]) for item in (PLAIN, *days)}) == 3
    later = PLAIN.model_copy(update={"started_at": MONDAY.replace(hour=11)})
    assert transcript_hash([days[0]]) == transcript_hash([later])
