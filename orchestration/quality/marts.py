"""The rows of the published warehouse that belong to the newest analysed sessions, as tables."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pandas as pd

REPORTS = (
    *("sales_intelligence", "lead_score_breakdown", "quality_analysis", "sentiment_analysis", "objections", "competitors"),
    *("performance_analysis", "content_gaps", "action_items"),
)
_NEWEST = """
create or replace temp table checked as
select session_id
from session_ledger
where analysed_at >= ? and in_warehouse and not test_call
group by session_id
order by max(analysed_at) desc, session_id
limit ?
"""
_AHEAD = "date_diff('second', getvariable('moment'), {column}) / 3600.0 as hours_ahead"
_TABLES = {
    "sessions": f"select s.*, {_AHEAD.format(column='greatest(start_time, end_time)')} from sessions as s semi join checked using (session_id)",  # noqa: S608, E501
    "metrics": f"select m.*, {_AHEAD.format(column='timestamp')} from metrics as m semi join checked using (session_id)",  # noqa: S608
    "leads": (
        f"select latest_session_id as session_id, l.*, {_AHEAD.format(column='last_call_date')} from leads as l"  # noqa: S608
        " where lead_key in (select lead_key from sessions semi join checked using (session_id))"
    ),
    "analysis_results": (
        "select session_id, analyzer_version, analyzed_at,"  # noqa: S608
        f" {' + '.join(f'({report} is null)::integer' for report in REPORTS)} as reports_missing,"
        " try_cast(lead_score_breakdown ->> '$.total' as double) as score,"
        " lead_score_breakdown ->> '$.temperature' as temperature,"
        " try_cast(quality_analysis ->> '$.overall' as double) as quality,"
        " sentiment_analysis ->> '$.overall.label' as sentiment,"
        " try_cast(sentiment_analysis ->> '$.overall.score' as double) as sentiment_score,"
        " sales_intelligence ->> '$.qualification_tier' as tier,"
        " sales_intelligence ->> '$.decision_timeline.value' as timeline,"
        " sales_intelligence ->> '$.budget_authority.value' as authority,"
        " sales_intelligence ->> '$.urgency.value' as urgency,"
        f" {_AHEAD.format(column='analyzed_at')}"
        " from analysis_results semi join checked using (session_id)"
    ),
}


def frames_of_marts(connection: duckdb.DuckDBPyConnection, since: datetime, at_most: int, now: datetime) -> dict[str, pd.DataFrame]:
    """The tables ``sessions, metrics, leads, analysis_results`` for the newest sessions analysed since then (naive UTC).

    ``hours_ahead`` is how far a row's moment lies after ``now``. A lead is named by its newest session.
    """
    connection.execute(_NEWEST, [since, at_most])
    connection.execute("set variable moment = ?::timestamp", [now.astimezone(UTC).replace(tzinfo=None)])
    return {table: connection.execute(sql).df() for table, sql in _TABLES.items()}
