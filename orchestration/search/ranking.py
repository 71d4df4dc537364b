"""Which calls answer a query, and in what order: BM25 over the shards given, as steps of SQL on one connection.

The statistics (how many calls hold a term, how long calls are) are those of all shards searched together, so scores of
different months compare; a search over other months may score the same call otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import duckdb

from orchestration.search.query import Query
from orchestration.search.snippet import Match

K1, B = 1.2, 0.75

_HITS = """
create or replace temp table hits as
select term, call, utterance, position from read_parquet($files) where term in ({terms})
"""
_PHRASES = """
create or replace temp table phrases as
with wanted as (
    select unnest($clauses::integer[]) as clause, unnest($places::integer[]) as place, unnest($terms::varchar[]) as term
),
sizes as (select clause, count(*) as size from wanted group by clause)
select distinct h.call, h.utterance, w.clause
from hits as h inner join wanted as w on h.term = w.term inner join sizes as s on w.clause = s.clause
group by h.call, h.utterance, w.clause, h.position - w.place, s.size
having count(*) = s.size
"""
_COUNTED = """
create or replace temp table counted as
select term, call, count(*) as times from hits where list_contains($ranking::varchar[], term) group by term, call
"""
_WEIGHTS = """
create or replace temp table weights as
with held as (select term, count(*) as calls from counted group by term),
every as (select count(*) as calls from read_parquet($files))
select held.term, ln(1 + (every.calls - held.calls + 0.5) / (held.calls + 0.5)) as weight from held cross join every
"""
_RANKED = """
with calls as (select *, avg(length) over () as usual from read_parquet($files)),
allowed as (
    select call from calls
    where ($first::timestamp is null or start_time >= $first) and ($after::timestamp is null or start_time < $after)
        and call not in (select p.call from phrases as p where p.clause >= $required)
        and $required = (select count(distinct p.clause) from phrases as p where p.call = calls.call and p.clause < $required)
),
scored as (
    select counted.call, sum(weight * times * ($k1 + 1) / (times + $k1 * (1 - $b + $b * length / usual))) as score
    from counted
    inner join weights on counted.term = weights.term
    inner join calls on counted.call = calls.call
    where counted.call in (select allowed.call from allowed)
    group by counted.call
)
select call, session_id, start_time, tier, score from scored inner join calls using (call)
order by round(score, 6) desc, start_time desc, session_id limit $limit
"""
_MATCHES = """
select
    h.call, h.utterance, map(list(h.term), list(w.weight)),
    (h.call, h.utterance) in (select (p.call, p.utterance) from phrases as p where p.clause < $required)
from (select distinct call, utterance, term from hits where list_contains($calls::bigint[], call)) as h
inner join weights as w on h.term = w.term
group by h.call, h.utterance
"""


class Ranked(NamedTuple):
    """A call that was found; ``call`` is its number in the index."""

    call: int
    session_id: str
    start_time: datetime
    tier: str | None
    score: float


def rank(
    connection: duckdb.DuckDBPyConnection,
    query: Query,
    paths: dict[str, list[str]],
    limit: int,
    first: date | None,
    last: date | None,
) -> list[Ranked]:
    """The best calls whose UTC day lies between ``first`` and ``last``; equal scores put the later call first.

    Leaves the tables ``hits``, ``phrases`` and ``weights`` on the connection for ``matches``.
    """
    terms = {f"t{index}": term for index, term in enumerate(query.terms)}
    connection.execute(_HITS.format(terms=", ".join(f"${name}" for name in terms)), {"files": paths["postings"], **terms})
    placed = [(number, place, term) for number, clause in enumerate(query.clauses) for place, term in clause.terms]
    clauses, places, words = ([row[column] for row in placed] for column in range(3))
    connection.execute(_PHRASES, {"clauses": clauses, "places": places, "terms": words})
    connection.execute(_COUNTED, {"ranking": list(query.ranking)})
    connection.execute(_WEIGHTS, {"files": paths["calls"]})
    given = {
        "files": paths["calls"],
        "required": len(query.required),
        "first": _midnight(first),
        "after": _midnight(last + timedelta(days=1)) if last else None,
        "k1": K1,
        "b": B,
        "limit": limit,
    }
    return [Ranked(*row) for row in connection.execute(_RANKED, given).fetchall()]


def matches(connection: duckdb.DuckDBPyConnection, query: Query, calls: Sequence[int]) -> dict[int, list[Match]]:
    """The utterances of each of ``calls`` that hold a ranking term."""
    found: dict[int, list[Match]] = {call: [] for call in calls}
    rows = connection.execute(_MATCHES, {"calls": list(calls), "required": len(query.required)}).fetchall()
    for call, utterance, weights, phrase in rows:
        found[call].append(Match(utterance, weights, bool(phrase)))
    return found


def _midnight(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day) if day else None  # noqa: DTZ001 - the index has UTC without a zone
