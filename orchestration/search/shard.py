"""The index of one month: its calls, their utterances, and every word's places, sorted by term (an inverted index).

``postings`` holds one row per spoken word: term, call, utterance, position. Sorted by term, a query reads the few row
groups its terms lie in. Positions make phrases possible; the texts are there for snippets, so that a result and what is
shown of it always come from the same version.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestration.search.words import vocabulary_sql

_ITEMS = '[{"role": "VARCHAR", "text": "VARCHAR", "started_at": "VARCHAR"}]'
_CALLS_OF_A_MONTH = 100_000_000
"""Numbers reserved for the calls of a month (``202611`` x this + position): far more than ever come, and it fits 64 bits."""
_ROWS_PER_GROUP = {"calls": 122_880, "utterances": 8_192, "postings": 122_880}

_CALLS = """
create or replace temp table said as
with read as (
    select s.session_id, s.start_time, s.qualification_tier as tier, from_json(t.transcript_json, $items) as items
    from read_parquet($sessions) as s
    inner join read_parquet($transcripts) as t on s.session_id = t.session_id
)
select $base + row_number() over (order by start_time, session_id) as call, * from read where len(items) > 0
"""
_UTTERANCES = """
create or replace temp table spoken as
with items as (select call, unnest(items) as item, generate_subscripts(items, 1) as utterance from said)
select
    call, utterance, item.role as role, item.text as text,
    try_cast(item.started_at as timestamptz) at time zone 'UTC' as started_at
from items where item.text is not null
"""
_WORDS = """
create or replace temp table spoken_words as
with split as (select call, utterance, words_of(text) as words from spoken)
select call, utterance, unnest(words) as word, generate_subscripts(words, 1) as position from split
"""
_POSTINGS = """
create or replace temp table postings as
select v.term, w.call, w.utterance, w.position from spoken_words as w inner join vocabulary as v on w.word = v.word
"""
_WRITTEN = {
    "calls": "select s.call, s.session_id, s.start_time, s.tier, coalesce(p.length, 0) as length from said as s"
    " left join (select call, count(*) as length from postings group by call) as p on s.call = p.call order by s.call",
    "utterances": "select call, utterance, role, started_at, text from spoken order by call, utterance",
    "postings": "select term, call, utterance, position from postings order by term, call, utterance, position",
}


def write_shard(
    connection: duckdb.DuckDBPyConnection, month: str, sessions: Sequence[Path], transcripts: Sequence[Path], folder: Path
) -> tuple[int, int]:
    """Index the calls of ``month`` (``2026-11``) from its published Parquet files into ``folder``; how many calls and words.

    Calls are numbered by month and start, so that numbers of all shards differ and the same calls give the same bytes.
    """
    base = int(month.replace("-", "")) * _CALLS_OF_A_MONTH
    given = {"items": _ITEMS, "base": base, "sessions": list(map(str, sessions)), "transcripts": list(map(str, transcripts))}
    connection.execute(_CALLS, given)
    connection.execute(_UTTERANCES)
    connection.execute(_WORDS)
    connection.execute(f"create or replace temp table vocabulary as {vocabulary_sql('spoken_words')}")
    connection.execute(_POSTINGS)
    folder.mkdir(parents=True, exist_ok=True)
    for part, sql in _WRITTEN.items():
        target = str(folder / f"{part}.parquet").replace("'", "''")
        size = _ROWS_PER_GROUP[part]
        connection.execute(f"copy ({sql}) to '{target}' (format parquet, compression zstd, row_group_size {size})")
    ((calls, words),) = connection.execute("select (select count(*) from said), (select count(*) from postings)").fetchall()
    for table in ("said", "spoken", "spoken_words", "vocabulary", "postings"):
        connection.execute(f"drop table {table}")
    return calls, words


def month_of(call: int) -> str:
    """Return the month in whose shard a call of this number lies."""
    number = call // _CALLS_OF_A_MONTH
    return f"{number // 100:04d}-{number % 100:02d}"
