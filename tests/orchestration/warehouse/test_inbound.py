"""What other systems tell us, from generated parts of the lake: opportunities and samples of a moment (spec 6.1, 6.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.state.live_samples import Sampled, record_samples
from orchestration.warehouse.lake import write_part
from tests.support.builds import rows
from tests.support.kept_builds import built
from tests.support.lake_samples import NOW, Lake, sample_documents


def opportunity(name: str, lead_keys: list[str], opened: datetime, **fields: object) -> dict[str, Any]:
    return {
        "opportunity_id": name,
        "account_id": "acme",
        "lead_keys": lead_keys,
        "stage": "Proposal",
        "is_closed": False,
        "is_won": False,
        "amount": 1000.0,
        "currency": "USD",
        "owner_id": "owner",
        "opened_at": opened,
        "closed_at": None,
        "modified_at": opened,
        "extracted_at": NOW,
        **fields,
    }


def test_parts_of_an_earlier_release_without_the_name_of_the_account_are_read(lake: Lake):
    document = sample_documents()[0]
    lake.analyse([document])
    folder = lake.settings.home / "store" / "lake" / "crm_opportunities" / "day=2026-11-01"
    folder.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist([opportunity("former", ["k"], NOW)]), folder / "000000000001.parquet")
    built(lake)
    assert rows(lake.settings, "select opportunity_id, account_name from opportunities") == [("former", None)]


def test_an_opportunity_counts_when_it_was_open_within_thirty_days_after_a_call_and_is_not_lost(lake: Lake):
    document = sample_documents()[0]
    lake.analyse([document])
    built(lake)
    ((key,),) = rows(lake.settings, "select lead_key from sessions")
    call, day = document.start_time, timedelta(days=1)
    write_part(
        lake.store,
        "crm_opportunities",
        NOW.date(),
        1,
        [
            opportunity("opened after", [key], call + 29 * day),
            opportunity("still open", [key, "a colleague"], call - 90 * day),
            opportunity("too late", [key], call + 31 * day),
            opportunity("closed before", [key], call - 90 * day, is_closed=True, is_won=True, closed_at=call - day),
            opportunity("lost", [key], call + day, is_closed=True, closed_at=call + 2 * day),
            opportunity("of somebody else", ["nobody who called"], call + day),
        ],
        run_id="run",
    )
    built(lake)
    counted = rows(lake.settings, "select opportunity_id from opportunities where counts_as_pipeline order by all")
    assert counted == [("opened after",), ("still open",)]
    influenced = rows(
        lake.settings, "select opportunity_id, influenced_by from opportunities where influenced_by is not null order by 1"
    )
    assert influenced == [(name, document.session_id) for name in ("lost", "opened after", "still open")]


def test_the_newest_state_of_an_opportunity_replaces_the_one_before_and_a_late_call_still_influences(lake: Lake):
    document = sample_documents()[0]
    lake.analyse([document])
    built(lake)
    ((key,),) = rows(lake.settings, "select lead_key from sessions")
    opened = document.start_time + timedelta(days=2)
    write_part(lake.store, "crm_opportunities", NOW.date(), 1, [opportunity("one", [key], opened)], run_id="one")
    won = opportunity("one", [key], opened, is_closed=True, is_won=True, amount=2500.0, modified_at=opened + timedelta(days=1))
    write_part(lake.store, "crm_opportunities", NOW.date(), 2, [won], run_id="two")
    built(lake)
    assert rows(lake.settings, "select amount, is_won, counts_as_pipeline from opportunities") == [(2500.0, True, True)]


def test_samples_of_active_calls_and_the_queue_are_mirrored(lake: Lake):
    moment = datetime(2026, 11, 26, 11, 59, 30, tzinfo=UTC)
    figures: Sampled = {"active_calls": ("livekit_api", 3.0), "queue_depth": ("sqs", 12.0), "queue_age_seconds": ("sqs", None)}
    for _ in range(2):
        with lake.state.writing() as connection:
            record_samples(connection, figures, moment)
    built(lake)
    assert rows(lake.settings, "select cast(sampled_at as varchar), measure, source, value from live_samples order by measure") == [
        ("2026-11-26 11:59:00", "active_calls", "livekit_api", 3.0),
        ("2026-11-26 11:59:00", "queue_age_seconds", "sqs", None),
        ("2026-11-26 11:59:00", "queue_depth", "sqs", 12.0),
    ]


def test_without_any_part_or_sample_the_tables_are_there_and_empty(lake: Lake):
    built(lake)
    assert rows(lake.settings, "select (select count(*) from opportunities), (select count(*) from live_samples)") == [(0, 0)]
