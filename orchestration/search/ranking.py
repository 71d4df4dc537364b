"""Rank the calls that answer a query: BM25 over the shards given, as steps of SQL on one connection.

The statistics (how many calls hold a term, how long calls are) are those of all shards searched together, so scores of
different months compare; a search over other months may score the same call otherwise. Ranking reads the terms and calls of
postings only; their places are read for phrases, and of the calls that will be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from orchestration.search.manifest import Shard
from orchestration.search.query import Query
from orchestration.search.shard import month_of
from orchestration.search.snippet import UtteranceMatch

K1, B = 1.2, 0.75
"""BM25's saturation of repeated terms and weight of a call's length, without a unit: the usual defaults, those of Lucene."""

_COUNTED = """
create or replace temp table counted as
select term, call, count(*) as times from read_parquet($files) where term in ({terms}) group by term, call
"""
_WEIGHTS = """
create or replace temp table weights as
select term, ln(1 + ($calls - count(*) + 0.5) / (count(*) + 0.5)) as weight from counted group by term
"""
_PHRASES = """
create or replace temp table phrases as
with wanted as (
    select unnest($clauses::integer[]) as clause, unnest($places::integer[]) as place, unnest($words::varchar[]) as term
),
sizes as (select clause, count(*) as size from wanted group by clause),
hits as (select term, call, utterance, position from read_parquet($files) where term in ({terms}))
select distinct h.call, h.utterance, w.clause
from hits as h inner join wanted as w on h.term = w.term inner join sizes as s on w.clause = s.clause
group by h.call, h.utterance, w.clause, h.position - w.place, s.size
having count(*) = s.size
"""
_RANKED = """
with required as (select call from phrases where clause < $required group by call having count(distinct clause) = $required),
refused as (select call from phrases where clause >= $required),
calls as (
    select * from read_parquet($files)
    where ($first::timestamp is null or start_time >= $first) and ($after::timestamp is null or start_time < $after)
        and ($required = 0 or call in (select r.call from required as r)) and call not in (select r.call from refused as r)
),
scored as (
    select
        call, session_id, start_time, tier,
        sum(weight * times * ($k1 + 1) / (times + $k1 * (1 - $b + $b * length / $usual))) as score
    from counted inner join weights using (term) inner join calls using (call)
    group by call, session_id, start_time, tier
)
select * from scored order by round(score, 6) desc, start_time desc, session_id limit $limit
"""
_PLACES = """
create or replace temp table places as
select term, call, utterance, position from read_parquet($files) where term in ({terms}) and call in ({calls})
"""
_MATCHES = """
select
    h.call, h.utterance, map(list(h.term), list(w.weight)),
    (h.call, h.utterance) in (select (p.call, p.utterance) from phrases as p where p.clause < $required)
from (select distinct call, utterance, term from places) as h inner join weights as w on h.term = w.term
group by h.call, h.utterance
"""


class Ranked(NamedTuple):
    """A call that was found; ``call`` is its number in the index."""

    call: int
    session_id: str
    start_time: datetime
    tier: str | None
    score: float


@dataclass(frozen=True)
class SearchedShards:
    """The shards to search, by month."""

    root: Path
    shards: Mapping[str, Shard]

    def files(self, part: str, months: Iterable[str] | None = None) -> list[str]:
        return [self.shards[month].paths(self.root)[part] for month in (self.shards if months is None else months)]

    def files_of(self, part: str, calls: Iterable[int]) -> list[str]:
        """Return only the files in which these calls lie."""
        return self.files(part, sorted({month_of(call) for call in calls}))

    @property
    def calls(self) -> int:
        return sum(shard.sessions for shard in self.shards.values())

    @property
    def usual_length(self) -> float:
        return sum(shard.words for shard in self.shards.values()) / max(1, self.calls) or 1.0


def rank(
    connection: duckdb.DuckDBPyConnection, query: Query, searched: SearchedShards, limit: int, first: date | None, last: date | None
) -> list[Ranked]:
    """Return the best calls whose UTC day lies between ``first`` and ``last``; equal scores put the later call first.

    Leaves the tables ``phrases`` and ``weights`` on the connection for ``matches``.
    """
    names, terms = bound("term", query.ranking)
    connection.execute(_COUNTED.format(terms=names), {"files": searched.files("postings"), **terms})
    connection.execute(_WEIGHTS, {"calls": searched.calls})
    _find_phrases(connection, query, searched)
    given = {
        "files": searched.files("calls"),
        "required": len(query.required),
        "first": _midnight(first),
        "after": _midnight(last + timedelta(days=1)) if last else None,
        "k1": K1,
        "b": B,
        "usual": searched.usual_length,
        "limit": limit,
    }
    return [Ranked(*row) for row in connection.execute(_RANKED, given).fetchall()]


def matches(
    connection: duckdb.DuckDBPyConnection, query: Query, searched: SearchedShards, calls: Sequence[int]
) -> dict[int, list[UtteranceMatch]]:
    """Return the utterances of each of ``calls`` that hold a ranking term. Leaves the table ``places``: where the terms stand."""
    names, terms = bound("term", query.ranking)
    numbers, numbered = bound("call", calls)
    files = searched.files_of("postings", calls)
    connection.execute(_PLACES.format(terms=names, calls=numbers), {"files": files, **terms, **numbered})
    found: dict[int, list[UtteranceMatch]] = {call: [] for call in calls}
    for call, utterance, weights, phrase in connection.execute(_MATCHES, {"required": len(query.required)}).fetchall():
        found[call].append(UtteranceMatch(utterance, weights, bool(phrase)))
    return found


def _find_phrases(connection: duckdb.DuckDBPyConnection, query: Query, searched: SearchedShards) -> None:
    """Create the table ``phrases``: in which utterances each clause stands, by its number; required clauses come first."""
    if not query.clauses:
        connection.execute("create or replace temp table phrases (call bigint, utterance bigint, clause integer)")
        return
    placed = [(number, place, term) for number, clause in enumerate(query.clauses) for place, term in clause.terms]
    clauses, places, words = ([row[column] for row in placed] for column in range(3))
    names, terms = bound("term", tuple(dict.fromkeys(words)))
    given = {"clauses": clauses, "places": places, "words": words, "files": searched.files("postings")}
    connection.execute(_PHRASES.format(terms=names), {**given, **terms})


def bound(name: str, values: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """Placeholders for an ``in`` list, which DuckDB uses to skip row groups as it does not with a list, and their values."""
    bound = {f"{name}_{index}": value for index, value in enumerate(values)}
    return ", ".join(f"${key}" for key in bound), bound


def _midnight(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day) if day else None  # noqa: DTZ001 - the index has UTC without a zone
