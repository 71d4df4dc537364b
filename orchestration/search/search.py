"""Searching what was said: ranked sessions with snippets, from the index alone; no other file is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import partial
from pathlib import Path

import duckdb

from contract.failures import ConfigurationFailure, TransientFailure
from contract.settings import Settings
from orchestration.search.manifest import PARTS, SearchManifest, read_search_manifest
from orchestration.search.query import Query, parse
from orchestration.search.ranking import Ranked, matches, rank
from orchestration.search.snippet import Snippet, best, excerpt
from orchestration.search.words import open_words, split_words, terms_by_word

MOST_RESULTS = 1000
_TRIES = 3
_UTTERANCES = """
with wanted as (select unnest($calls::bigint[]) as call, unnest($utterances::bigint[]) as utterance),
places as (
    select call, utterance, list(position) as found from hits inner join weights using (term) group by call, utterance
)
select u.call, u.role, u.started_at, u.text, p.found
from read_parquet($files) as u inner join wanted as w on u.call = w.call and u.utterance = w.utterance
inner join places as p on u.call = p.call and u.utterance = p.utterance
where u.call between $least and $greatest
order by u.call, u.utterance
"""


@dataclass(frozen=True)
class Found:
    """One session that was found. ``day`` is the UTC day of its start; ``score`` is BM25's, comparable within one search."""

    rank: int
    session_id: str
    day: date
    tier: str | None
    score: float
    snippets: tuple[Snippet, ...]


def search(settings: Settings, text: str, *, limit: int = 10, first: date | None = None, last: date | None = None) -> list[Found]:
    """The ``limit`` sessions that answer ``text`` best, of the UTC days from ``first`` to ``last``; empty when none does.

    ``ConfigurationFailure`` when there is no index yet or nothing in ``text`` can be looked for; ``TransientFailure`` when the
    index was replaced and removed again and again meanwhile. Neither carries the query.
    """
    with open_words(settings) as connection:
        query = parse(text, partial(split_words, connection), partial(terms_by_word, connection))
        for _ in range(_TRIES):
            paths = _paths(settings.search_dir.absolute(), _manifest(settings), first, last)
            if not paths["calls"]:
                return []
            try:
                return _search(connection, query, paths, min(limit, MOST_RESULTS), first, last)
            except duckdb.IOException:
                continue
    raise TransientFailure("The search index cannot be read.", "Search again; if it stays so, run 'voice run'.")


def _manifest(settings: Settings) -> SearchManifest:
    manifest = read_search_manifest(settings.search_dir)
    if manifest is None:
        raise ConfigurationFailure("There is no search index yet.", "Run 'voice run' first.")
    return manifest


def _paths(root: Path, manifest: SearchManifest, first: date | None, last: date | None) -> dict[str, list[str]]:
    """The files of the months that ``first`` to ``last`` touches, by part."""
    shards = [
        shard
        for month, shard in manifest.shards.items()
        if (first is None or f"{first:%Y-%m}" <= month) and (last is None or month <= f"{last:%Y-%m}")
    ]
    return {part: [shard.paths(root)[part] for shard in shards] for part in PARTS}


def _search(
    connection: duckdb.DuckDBPyConnection,
    query: Query,
    paths: dict[str, list[str]],
    limit: int,
    first: date | None,
    last: date | None,
) -> list[Found]:
    ranked = rank(connection, query, paths, limit, first, last)
    snippets = _snippets(connection, query, ranked, paths["utterances"])
    return [
        Found(number, call.session_id, call.start_time.date(), call.tier, round(call.score, 3), tuple(snippets[call.call]))
        for number, call in enumerate(ranked, start=1)
    ]


def _snippets(
    connection: duckdb.DuckDBPyConnection, query: Query, ranked: Sequence[Ranked], files: list[str]
) -> dict[int, list[Snippet]]:
    shown: dict[int, list[Snippet]] = {call.call: [] for call in ranked}
    if not ranked:
        return shown
    chosen = [(call, number) for call, found in matches(connection, query, list(shown)).items() for number in best(found)]
    calls, utterances = [call for call, _ in chosen], [number for _, number in chosen]
    given = {"calls": calls, "utterances": utterances, "files": files, "least": min(calls), "greatest": max(calls)}
    rows = connection.execute(_UTTERANCES, given).fetchall()
    starts = {call.call: call.start_time for call in ranked}
    for (call, role, started_at, text, found), words in zip(rows, split_words(connection, [r[3] for r in rows]), strict=True):
        part, marks = excerpt(text, words, set(found))
        seconds = (started_at - starts[call]).total_seconds() if started_at else None
        moment = started_at.replace(tzinfo=UTC) if started_at else None
        shown[call].append(Snippet(role, moment, seconds, part, marks))
    return shown
