"""Search what was said: ranked sessions with snippets, from the index alone; no other file is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import duckdb

from contract.platform.failures import ConfigurationFailure, TransientFailure
from contract.platform.settings import Settings
from contract.platform.times import aware
from orchestration.search.manifest import read_search_manifest
from orchestration.search.query import Query, parse
from orchestration.search.ranking import Ranked, SearchedShards, bound, matches, rank
from orchestration.search.snippet import Snippet, best, excerpt
from orchestration.search.words import open_words, split_words, terms_by_word

MOST_RESULTS = 1000
"""Sessions of one answer: nobody reads more, and snippets are cut for each of them."""
_TRIES = 3
"""Attempts with the manifest read again: an index is replaced once a build, so a third miss in a row is a fault."""
_UTTERANCES = """
with wanted as (select unnest($calls::bigint[]) as call, unnest($utterances::bigint[]) as utterance),
found as (select call, utterance, list(position) as positions from places group by call, utterance)
select u.call, u.role, u.started_at, u.text, f.positions
from read_parquet($files) as u
inner join wanted as w on u.call = w.call and u.utterance = w.utterance
inner join found as f on u.call = f.call and u.utterance = f.utterance
where u.call in ({calls})
order by u.call, u.utterance
"""


@dataclass(frozen=True)
class FoundCall:
    """One session that was found. ``day`` is the UTC day of its start; ``score`` is BM25's, comparable within one search."""

    rank: int
    session_id: str
    day: date
    tier: str | None
    score: float
    snippets: tuple[Snippet, ...]


def search(
    settings: Settings, text: str, *, limit: int = 10, first: date | None = None, last: date | None = None
) -> list[FoundCall]:
    """Return the ``limit`` sessions that answer ``text`` best, of the UTC days from ``first`` to ``last``; empty when none does.

    ``ConfigurationFailure`` when there is no index yet or nothing in ``text`` can be looked for; ``TransientFailure`` when the
    index was replaced and removed again and again meanwhile. Neither carries the query.
    """
    with open_words(settings) as connection:
        query = parse(text, partial(split_words, connection), partial(terms_by_word, connection))
        for _ in range(_TRIES):
            searched = _searched(settings, first, last)
            if not searched.shards:
                return []
            try:
                return _search(connection, query, searched, min(limit, MOST_RESULTS), first, last)
            except duckdb.IOException:
                continue
    raise TransientFailure("The search index cannot be read.", "Search again; if it stays so, run 'voice run'.")


def _searched(settings: Settings, first: date | None, last: date | None) -> SearchedShards:
    """Return the shards of the months that ``first`` to ``last`` touches."""
    manifest = read_search_manifest(settings.search_dir)
    if manifest is None:
        raise ConfigurationFailure("There is no search index yet.", "Run 'voice run' first.")
    least, most = f"{first:%Y-%m}" if first else "", f"{last:%Y-%m}" if last else "~"
    return SearchedShards(settings.search_dir.absolute(), {m: shard for m, shard in manifest.shards.items() if least <= m <= most})


def _search(
    connection: duckdb.DuckDBPyConnection, query: Query, searched: SearchedShards, limit: int, first: date | None, last: date | None
) -> list[FoundCall]:
    ranked = rank(connection, query, searched, limit, first, last)
    snippets = _snippets(connection, query, searched, ranked) if ranked else {}
    return [
        FoundCall(number, call.session_id, call.start_time.date(), call.tier, round(call.score, 3), tuple(snippets[call.call]))
        for number, call in enumerate(ranked, start=1)
    ]


def _snippets(
    connection: duckdb.DuckDBPyConnection, query: Query, searched: SearchedShards, ranked: Sequence[Ranked]
) -> dict[int, list[Snippet]]:
    starts = {call.call: call.start_time for call in ranked}
    shown: dict[int, list[Snippet]] = {call: [] for call in starts}
    held = matches(connection, query, searched, list(starts))
    chosen = [(call, number) for call, utterances in held.items() for number in best(utterances)]
    names, calls = bound("call", list(starts))
    given = {"files": searched.files_of("utterances", starts), **calls}
    wanted = {"calls": [call for call, _ in chosen], "utterances": [number for _, number in chosen]}
    rows = connection.execute(_UTTERANCES.format(calls=names), {**given, **wanted}).fetchall()
    for (call, role, started_at, text, found), words in zip(rows, split_words(connection, [r[3] for r in rows]), strict=True):
        part, marks = excerpt(text, words, set(found))
        seconds = (started_at - starts[call]).total_seconds() if started_at else None
        shown[call].append(Snippet(role, aware(started_at), seconds, part, marks))
    return shown
