"""Which documents of the lake count as ingested: the newest version of each call taken in lately, without test calls."""

from __future__ import annotations

from datetime import timedelta

from orchestration.quality.ingested import ingested_documents
from orchestration.warehouse.publish import publish
from orchestration.warehouse.reader import open_published
from tests.support.kept_builds import built
from tests.support.lake_samples import NOW, Lake, sample_documents

SINCE = (NOW - timedelta(days=1)).replace(tzinfo=None)


def test_a_correction_counts_once_test_calls_never_and_the_newest_come_first(lake: Lake):
    first, second, third = sample_documents()[-3:]
    lake.analyse([first, second])
    moved = first.model_copy(
        update={"revision": 2, "start_time": first.start_time - timedelta(days=1), "user_email": "n@w.example"}
    )
    lake.analyse([moved, third.model_copy(update={"test_call": True})])
    built(lake)
    publish(lake.settings)
    with open_published(lake.settings) as connection:
        everything = ingested_documents(connection, lake.store, SINCE, 10)
        newest = ingested_documents(connection, lake.store, SINCE, 1)
        later = ingested_documents(connection, lake.store, SINCE + timedelta(days=2), 10)
    assert [(document["session_id"], document.get("revision", 1)) for document in everything] == [
        (first.session_id, 2),
        (second.session_id, 1),
    ]
    assert everything[0]["user_email"] == "n@w.example"
    assert [document["session_id"] for document in newest] == [first.session_id]
    assert later == []
