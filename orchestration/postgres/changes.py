"""Find the sessions to send to PostgreSQL: those whose version there is another than the published one, or that are gone.

Sessions are compared, not days: a correction of one call sends one call, however big its month. What is not made of one session
follows from them: the leads, hours and business days they belonged to and belong to now.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from orchestration.postgres.tables import SCHEMA, SERVED, Renewed

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
    select session_id, start_time, lead_key, doc_sha, analysis_seq from sessions inner join session_facts using (session_id)
) as here on there.session_id = here.session_id
where (there.doc_sha, there.analysis_seq) is distinct from (here.doc_sha, here.analysis_seq)
"""
_DIALECT = "auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', nullstr = '\\N'"
_HOUR = "date_trunc('hour', moment)"
_BUSINESS_DAY = "cast(timezone('{zone}', timezone('UTC', moment)) as date)"


def find_changes(warehouse: duckdb.DuckDBPyConnection, cursor: Any, folder: Path, zone: str) -> None:
    """Fill the temporary tables ``changed_<key>`` of DuckDB, one for each key by which tables are renewed."""
    _fetch(
        warehouse, cursor, folder, "served_sessions", _SERVED_SESSIONS, "session_id, start_time, lead_key, doc_sha, analysis_seq"
    )
    warehouse.execute(_CHANGED)
    both = "(select start_there as moment from changed_session_id union all select start_here from changed_session_id)"
    warehouse.execute(f"create or replace temp table changed_hour as select distinct {_HOUR} as hour from {both}")  # noqa: S608 - ours
    day = _BUSINESS_DAY.format(zone=zone.replace("'", "''"))
    warehouse.execute(f"create or replace temp table changed_business_day as select distinct {day} as business_day from {both}")  # noqa: S608 - ours
    warehouse.execute(
        "create or replace temp table changed_lead_key as select distinct lead_key from"
        " (select lead_there as lead_key from changed_session_id union all select lead_here from changed_session_id)"
    )
    _fetch(warehouse, cursor, folder, "served_ledger", _SERVED_LEDGER, "store_key, change_seq, in_warehouse")
    warehouse.execute(
        "create or replace temp table changed_store_key as select coalesce(there.store_key, here.store_key) as store_key"
        " from served_ledger as there full join session_ledger as here on there.store_key = here.store_key"
        " where (there.change_seq, there.in_warehouse) is distinct from (here.change_seq, here.in_warehouse)"
    )


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
        f"create or replace temp table {name} as select * from read_csv(?, {_DIALECT}, columns = {types})",  # noqa: S608
        [str(path)],
    )
    path.unlink()


def count_of(warehouse: duckdb.DuckDBPyConnection, key: Renewed) -> int:
    return warehouse.execute(f"select count(*) from changed_{key}").fetchall()[0][0]  # noqa: S608 - names of ours


KEYS: tuple[Renewed, ...] = tuple(dict.fromkeys(table.renewed_by for table in SERVED if table.renewed_by != "whole"))
