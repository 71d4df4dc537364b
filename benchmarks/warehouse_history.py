"""Make a warehouse with a year of calls from a few hundred calls that went through the platform.

The calls are processed for real. Then every row made of a session is repeated under new ids, at other moments of the year, with a
caller, agent version, tier, sentiment and industry of its own, until there are as many as wanted; leads and rollups are made of
them by the dbt project itself, in full. Copies of a call share its words but for ids: their bytes on disk say the least it can be.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from benchmarks.generated_calls import generated_calls, write_calls
from benchmarks.processes import VOICE, environment, run
from contract.platform.settings import Settings
from orchestration.warehouse.build import build_warehouse
from orchestration.warehouse.extensions import extension_directory
from orchestration.warehouse.lock import warehouse_lock

BASE_CALLS = 500
"""Calls that go through the platform for real; the copies repeat their words."""
DIMENSIONS = {
    "agent_version": ("2026.9.1", "2026.10.1", "2026.11.1"),
    "qualification_tier": ("Tier 1", "Tier 2", "Tier 2"),
    "sentiment": ("positive", "neutral", "negative"),
    "industry": ("legal", "healthcare", "real_estate", "software", "finance", "education", "manufacturing", "retail", "unknown"),
}
"""Dimensions of the rollups. Few calls of an hour share all of their values, so rollups are as big as they can get."""
DAYS = 365
"""Days over which the copies are spread, unless another span is asked for."""
COPIES_AT_A_TIME = 122_880  # one row group of DuckDB: a partial one would be rewritten by every insertion
_OF_SESSIONS = (
    "main.sessions",
    "main.session_facts",
    "main.session_signals",
    "main.session_costs",
    "main.session_mentions",
    "main.session_questions",
    "main.tool_calls",
    "main.turns",
    "main.metrics",
    "main.transcripts",
    "main.analysis_results",
    "main.analysis_reports",
    "staging.int_session_measures",
    "main.session_ledger",
)
_REBUILT = "int_lead_calls int_lead_scores leads lead_scores lead_questions path:models/rollups"
_BIG = {"transcript_json", "sales_intelligence", "lead_score_breakdown", "quality_analysis", "sentiment_analysis", "body"}


def make_history(
    home: Path,
    sessions: int,
    now: datetime,
    progress: Callable[[str], None] = print,
    base: int = BASE_CALLS,
    days: int = DAYS,
) -> Settings:
    """Make a home with a warehouse of ``sessions`` calls over the ``days`` before ``now``, and return its settings.

    ``base`` calls, at most half of them, go through the platform for real.
    """
    base = min(base, sessions // 2)
    calls = generated_calls(base, 11, now - timedelta(hours=1), timedelta(hours=20))
    write_calls(home / "incoming", calls)
    variables = environment(home, VOICE_NOW=now.isoformat())
    for command in (["deliver", str(home / "incoming")], ["run"]):
        run([VOICE, *command], variables)
    settings = Settings(home=home, now=now)  # pyright: ignore[reportCallIssue]
    progress(f"{base} calls processed")
    with warehouse_lock(settings):
        _repeat(settings, base, sessions - base, days, progress)
        result = build_warehouse(settings, full_refresh=True, select=_REBUILT)
        if not result.success:
            raise RuntimeError(f"dbt could not build {result.failed}")
    progress("leads and rollups built")
    return settings


def _repeat(settings: Settings, base: int, copies: int, days: int, progress: Callable[[str], None]) -> None:
    with duckdb.connect(str(settings.warehouse_path), config={"extension_directory": str(extension_directory(settings))}) as c:
        c.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false; set memory_limit = '8GB'")
        for table in _OF_SESSIONS:
            c.execute(f"create temp table {_base(table)} as select * from {table}")  # noqa: S608 - the names above
        c.execute(
            "create temp table ids as select session_id, row_number() over (order by session_id) - 1 as n from base_main_sessions"
        )
        for first in range(0, copies, COPIES_AT_A_TIME):
            last = min(first + COPIES_AT_A_TIME, copies)
            c.execute(_COPIES, {"first": first, "last": last, "copies": copies, "base": base, "days": days})
            for table in _OF_SESSIONS:
                c.execute(_insertion(c, table))
            progress(f"{last + base:,} sessions")
        c.execute("create or replace table staging.int_touched_leads as select distinct lead_key from main.session_signals")
        c.execute("checkpoint")
        c.execute("load sqlite_scanner")
        c.execute(f"attach '{settings.state_path}' as state (type sqlite)")
        c.execute(_LEDGER)


_COPIES = """
create or replace temp table copies as
select
    session_id,
    number,
    session_id || '_' || number as new_id,
    to_hours(cast(floor((1 - number / cast($copies as double)) * $days * 24) as integer)) as back
from (select unnest(range($first, $last)) as number) as numbers
inner join ids on ids.n = numbers.number % $base
"""
_LEDGER = """
insert into state.documents (
    store_key, session_id, day, state, e_tag, size_bytes, received_at, discovered_at, doc_sha, revision, complete, test_call,
    analysis_seq, analysed_sha, analysed_at, built_seq, change_seq
)
select
    store_key, session_id, day, state, doc_sha, size_bytes, received_at, discovered_at, doc_sha, revision, complete, test_call,
    analysis_seq, doc_sha, analysed_at, analysis_seq, change_seq
from main.session_ledger
where store_key not in (select store_key from state.documents)
"""


def _base(table: str) -> str:
    return f"base_{table.replace('.', '_')}"


def _insertion(c: duckdb.DuckDBPyConnection, table: str) -> str:
    columns = c.execute(f"select column_name, column_type from (describe {table})").fetchall()  # noqa: S608 - the names above
    values = ", ".join(_value(table, name, kind) for name, kind in columns)
    return f"insert into {table} select {values} from {_base(table)} as t inner join copies using (session_id)"  # noqa: S608


def _value(table: str, name: str, kind: str) -> str:
    """Return the SQL of a copied column: new ids, times shifted to the copy's, about two calls a person, its own dimensions."""
    if table == "staging.int_session_measures" and name in DIMENSIONS:
        choices = DIMENSIONS[name]
        return f"{list(choices)}[1 + cast(hash(number, '{name}') % {len(choices)} as bigint)]"
    if name == "session_id":
        return "new_id"
    if name in ("store_key", "doc_sha"):
        return f"t.{name} || number"
    if name == "id":
        return "cast(hash(t.id, number) >> 1 as bigint)"
    if name == "lead_key":
        return "md5(t.lead_key || (number // 1000))"
    if name in ("user_email", "lead_email"):
        return f"(number // 1000) || t.{name}"
    if kind == "TIMESTAMP":
        return f"t.{name} - back"
    if kind == "DATE":
        return f"cast(t.{name} - back as date)"
    if name in _BIG:
        return f"cast(replace(t.{name}, 'item_', 'i' || number || '_') as json)"
    return f"t.{name}"
