"""Find what to send to PostgreSQL: the sessions whose version there is another than the published one, or that are gone.

Sessions are compared, not days: a correction of one call sends one call, however big its month. Only days whose fingerprint is
another than the one served are compared, so that the work does not grow with the history. What is not made of one session follows
from them: the leads, hours and business days they belonged to and belong to now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.postgres.tables import SCHEMA, SERVED, Renewed
from orchestration.warehouse.manifest import Manifest
from orchestration.warehouse.partitions import NO_PARTITION, PARTITIONED, Grain, month_of, partition_name
from orchestration.warehouse.selection import PublishedVersion, literal

SESSIONS, LEDGER, LEAD_SCORES = "turns", "session_ledger", "lead_scores"
"""Tables whose fingerprints say what has changed: of sessions by day, of the ledger and of the scores by month."""
_PARTITIONED = {p.table: p for p in PARTITIONED}
Fingerprints = Mapping[str, Mapping[str, str]]


def fingerprints_of(manifest: Manifest) -> dict[str, dict[str, str]]:
    """Return the fingerprints to remember with a served version."""
    tables = {name: manifest.tables.get(name, {}) for name in (SESSIONS, LEDGER, LEAD_SCORES)}
    return {name: {partition: file.fingerprint for partition, file in files.items()} for name, files in tables.items()}


@dataclass(frozen=True)
class ChangedPartitions:
    """Names of changed partitions by table of ``fingerprints_of``; a table that is missing may have changed anywhere."""

    names: Mapping[str, Sequence[str]]

    @classmethod
    def between(cls, served: Fingerprints, published: Fingerprints) -> ChangedPartitions:
        """Compare two versions; a partition that is in one of them only has changed."""
        return cls({table: _different(served[table], there) for table, there in published.items() if table in served})

    def of(self, table: str, changed_keys: Iterable[str]) -> Sequence[str] | None:
        """Return the partitions of a table that may have changed; None for any. A rollup's are those of its ``changed_keys``."""
        partitioned = _PARTITIONED[table]
        if partitioned.kind in ("hour", "business_day"):
            return sorted(set(changed_keys))
        compared = {"ledger": LEDGER, "call": LEAD_SCORES}.get(partitioned.kind, SESSIONS)
        names = self.names.get(compared)
        if names is None or compared != SESSIONS or partitioned.grain == "day":
            return names
        return sorted(set(map(month_of, names)))


def _different(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _in_duckdb(column: str, grain: Grain, names: Sequence[str] | None) -> str:
    """Return a condition for the rows of these partitions; one that always holds for any."""
    if names is None:
        return "true"
    return f"{partition_name(column, grain)} in ({', '.join(map(repr, names))})" if names else "false"


def in_postgres(column: str, grain: Grain, names: Sequence[str] | None) -> str:
    """Return the same condition for PostgreSQL, as ranges of the column, so that its index is used."""
    if names is None:
        return "true"
    firsts = [f"date '{name if grain == 'day' else f'{name}-01'}'" for name in names if name != NO_PARTITION]
    ranges = [f"({column} >= {first} and {column} < {first} + interval '1 {grain}')" for first in firsts]
    return " or ".join([*ranges, *([f"{column} is null"] if NO_PARTITION in names else [])]) or "false"


_CHANGED = """
create or replace temp table changed_session_id as
select
    coalesce(there.session_id, here.session_id) as session_id,
    there.start_time as start_there,
    here.start_time as start_here,
    there.lead_key as lead_there,
    here.lead_key as lead_here
from served_sessions as there
full join (
    select session_id, start_time, lead_key, doc_sha, analysis_seq from {sessions} inner join {facts} using (session_id)
    where {changed}
) as here on there.session_id = here.session_id
where (there.doc_sha, there.analysis_seq) is distinct from (here.doc_sha, here.analysis_seq)
"""
_DIALECT = "auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', nullstr = '\\N'"
_HOUR = "date_trunc('hour', moment)"
_BUSINESS_DAY = "cast(timezone('{zone}', timezone('UTC', moment)) as date)"


def find_changes(version: PublishedVersion, cursor: Any, folder: Path, zone: str, changed: ChangedPartitions) -> None:
    """Fill the temporary tables ``changed_<key>`` of DuckDB, one for each key by which tables are renewed."""
    warehouse = version.connection
    days = changed.of("turns", ())
    columns = "session_id, start_time, lead_key, doc_sha, analysis_seq"
    served = f"{_SERVED_SESSIONS} where {in_postgres('s.start_time', 'day', days)}"
    _fetch(warehouse, cursor, folder, "served_sessions", served, columns)
    months = changed.of("sessions", ())
    sources = {"sessions": version.rows_in("sessions", months), "facts": version.rows_in("session_facts", months)}
    warehouse.execute(_CHANGED.format(**sources, changed=_in_duckdb("start_time", "day", days)))
    both = "(select start_there as moment from changed_session_id union all select start_here from changed_session_id)"
    warehouse.execute(f"create or replace temp table changed_hour as select distinct {_HOUR} as hour from {both}")  # noqa: S608 - ours
    day = _BUSINESS_DAY.format(zone=zone.replace("'", "''"))
    warehouse.execute(f"create or replace temp table changed_business_day as select distinct {day} as business_day from {both}")  # noqa: S608 - ours
    warehouse.execute(
        "create or replace temp table changed_lead_key as select distinct lead_key from"
        " (select lead_there as lead_key from changed_session_id union all select lead_here from changed_session_id)"
    )
    months = changed.of(LEDGER, ())
    ledger = f"{_SERVED_LEDGER} where {in_postgres('day', 'month', months)}"
    _fetch(warehouse, cursor, folder, "served_ledger", ledger, "store_key, change_seq, in_warehouse")
    here = f"(from {version.rows_in(LEDGER, months)} where {_in_duckdb('day', 'month', months)})"
    warehouse.execute(_CHANGED_LEDGER.format(here=here))


_CHANGED_LEDGER = """
create or replace temp table changed_store_key as
select coalesce(there.store_key, here.store_key) as store_key
from served_ledger as there
full join {here} as here on there.store_key = here.store_key
where (there.change_seq, there.in_warehouse) is distinct from (here.change_seq, here.in_warehouse)
"""


def months_of_changes(warehouse: duckdb.DuckDBPyConnection, key: Renewed) -> list[str]:
    """Return the months of the changed hours or business days."""
    sql = f"select distinct {partition_name(key, 'month')} from changed_{key}"  # noqa: S608 - names of ours
    return [name for (name,) in warehouse.execute(sql).fetchall()]


_SERVED_SESSIONS = (
    f"select s.session_id, s.start_time, s.lead_key, f.doc_sha, f.analysis_seq from {SCHEMA}.sessions s"  # noqa: S608 - names of ours
    f" join {SCHEMA}.session_facts f on s.session_id = f.session_id"
)
_SERVED_LEDGER = f"select store_key, change_seq, in_warehouse from {SCHEMA}.session_ledger"  # noqa: S608 - names of ours
_COLUMN_TYPES = {
    "start_time": "timestamp",
    "analysis_seq": "bigint",
    "change_seq": "bigint",
    "in_warehouse": "boolean",
}


def _fetch(warehouse: duckdb.DuckDBPyConnection, cursor: Any, folder: Path, name: str, query: str, columns: str) -> None:
    path = folder / f"{name}.csv"
    with path.open("wb") as rows:
        cursor.copy_expert(f"copy ({query}) to stdout (format csv, null '\\N')", rows)
    types = {column: _COLUMN_TYPES.get(column, "varchar") for column in columns.split(", ")}
    warehouse.execute(
        f"create or replace temp table {name} as"  # noqa: S608 - names of ours
        f" select * from read_csv({literal(str(path))}, {_DIALECT}, columns = {types})"
    )
    path.unlink()


def count_of(warehouse: duckdb.DuckDBPyConnection, key: Renewed) -> int:
    return warehouse.execute(f"select count(*) from changed_{key}").fetchall()[0][0]  # noqa: S608 - names of ours


KEYS: tuple[Renewed, ...] = tuple(dict.fromkeys(table.renewed_by for table in SERVED if table.renewed_by != "whole"))
