"""A small warehouse of the tables and columns the reports read, filled call by call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import duckdb

TABLES = """
create table sessions (
    session_id varchar, start_time timestamp, user_name varchar, qualification_tier varchar, lead_score integer,
    engagement_score double, meeting_booked boolean, disconnect_reason varchar, lead_key varchar, complete boolean
);
create table metrics (session_id varchar, metric_type varchar, total_latency_ms integer);
create table session_costs (session_id varchar, component varchar, provider varchar, usd double);
create table leads (lead_key varchar, name varchar, company varchar);
create table analysis_results (session_id varchar, sales_intelligence json, engine varchar, content_gaps json);
create table session_mentions (session_id varchar, kind varchar, subject varchar, category varchar, polarity varchar);
create table session_signals (session_id varchar, team_size integer, monthly_volume integer, decision_timeline varchar);
create table opportunities (
    opportunity_id varchar, amount double, influenced_on date, counts_as_pipeline boolean, influenced_by varchar,
    account_name varchar, modified_at timestamp
);
create table session_ledger (
    store_key varchar, day date, state varchar, test_call boolean, in_warehouse boolean, analysis_seq bigint
);
"""

DAILY_CALLS = """
create table daily_calls as
with latencies as (
    select session_id, count(total_latency_ms) as replies, sum(total_latency_ms) as latency_ms
    from metrics where metric_type = 'latency' group by session_id
),
costs as (
    select session_id, sum(cast(usd as decimal(18, 6))) as usd, bool_and(usd is not null) as fully_priced
    from session_costs group by session_id
)
select
    cast(timezone('{zone}', timezone('UTC', start_time)) as date) as business_day,
    count(*) as calls,
    count_if(qualification_tier = 'Tier 1') as qualified,
    count_if(meeting_booked) as meetings,
    count_if(meeting_booked and qualification_tier = 'Tier 1') as qualified_meetings,
    count_if(disconnect_reason = 'error' or not complete) as failed,
    count(lead_score) as scored,
    count(engagement_score) as engagement_calls,
    sum(cast(engagement_score as decimal(4, 1))) as engagement_sum,
    sum(replies) as replies,
    sum(latency_ms) as latency_ms_sum,
    sum(usd) as usd,
    count_if(fully_priced) as priced_calls
from sessions
left join latencies using (session_id)
left join costs using (session_id)
group by business_day
"""
"""As dbt's ``calls_rollup`` makes it, without dimensions; ``test_report_of_rollups`` compares with a real build."""


DAILY_COSTS = """
create table daily_costs as
select
    cast(timezone('{zone}', timezone('UTC', start_time)) as date) as business_day,
    component,
    sum(cast(usd as decimal(18, 6))) as usd
from session_costs join sessions using (session_id)
group by all
"""
COMPONENTS = ("llm", "tts", "stt", "livekit")


@dataclass
class CallRow:
    """One call; the defaults are those of a call about which nothing is known."""

    session_id: str
    start_time: datetime
    user_name: str | None = None
    company: str | None = None
    tier: str | None = None
    lead_score: int | None = None
    engagement: float | None = None
    meeting_booked: bool = False
    disconnect_reason: str = "user_hangup"
    complete: bool = True
    lead_key: str | None = None
    latencies: list[int | None] = field(default_factory=list[int | None])
    costs: list[float | None] = field(default_factory=list[float | None])
    report: dict[str, Any] = field(default_factory=dict[str, Any])
    failed_searches: tuple[str, ...] = ()
    """Topics of searches that found nothing."""


@dataclass
class Opportunity:
    """One opportunity of the CRM; by default no call influenced it."""

    amount: float | None
    influenced_on: date | None = None
    is_lost: bool = False
    influenced_by: str | None = None
    account_name: str | None = None


def add_opportunities(connection: duckdb.DuckDBPyConnection, *opportunities: Opportunity) -> None:
    for n, each in enumerate(opportunities):
        counts = each.influenced_on is not None and not each.is_lost
        connection.execute(
            "insert into opportunities values (?, ?, ?, ?, ?, ?, timestamp '2026-11-01')",
            [f"006{n}", each.amount, each.influenced_on, counts, each.influenced_by, each.account_name],
        )


def warehouse(
    *calls: CallRow, ledger: dict[str, int] | None = None, test_calls: int = 0, zone: str = "America/New_York"
) -> duckdb.DuckDBPyConnection:
    """An open warehouse of these calls; ``ledger`` counts documents by state, by default one analysed document a call.

    ``zone`` is the business zone that its days are of.
    """
    connection = duckdb.connect()
    connection.execute(TABLES)
    connection.begin()
    for call in calls:
        _insert(connection, call)
    connection.commit()
    states = [state for state, n in (ledger or {"analysed": len(calls)}).items() for _ in range(n)]
    for n, state in enumerate(states):
        connection.execute(
            "insert into session_ledger values (?, null, ?, ?, ?, 1)", [f"sessions/{n}", state, n < test_calls, state == "analysed"]
        )
    connection.execute(DAILY_CALLS.format(zone=zone))
    connection.execute(DAILY_COSTS.format(zone=zone))
    return connection


def _insert(connection: duckdb.DuckDBPyConnection, call: CallRow) -> None:
    lead = call.lead_key or f"lead of {call.session_id}"
    connection.execute(
        "insert into sessions values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [call.session_id, call.start_time.replace(tzinfo=None), call.user_name, call.tier, call.lead_score,
         call.engagement, call.meeting_booked, call.disconnect_reason, lead, call.complete],
    )  # fmt: skip
    for latency in call.latencies:
        connection.execute("insert into metrics values (?, 'latency', ?)", [call.session_id, latency])
        connection.execute("insert into metrics values (?, 'tokens', null)", [call.session_id])
    for n, usd in enumerate(call.costs):
        connection.execute("insert into session_costs values (?, ?, 'provider', ?)", [call.session_id, COMPONENTS[n % 4], usd])
    connection.execute("insert into leads select ?, ?, ? where not exists (from leads where lead_key = ?)",
                       [lead, call.user_name, call.company, lead])  # fmt: skip
    gaps = [{"kind": "failed_search", "topic": topic} for topic in call.failed_searches]
    connection.execute(
        "insert into analysis_results values (?, ?, 'openai', ?)", [call.session_id, json.dumps(call.report), json.dumps(gaps)]
    )
    for mention in _mentions(call.report):
        connection.execute("insert into session_mentions values (?, ?, ?, ?, ?)", [call.session_id, *mention])
    signals = [(call.report.get(name) or {}).get("value") for name in ("team_size", "monthly_volume", "decision_timeline")]
    connection.execute("insert into session_signals values (?, ?, ?, ?)", [call.session_id, *signals])


def _mentions(report: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """As dbt's ``session_mentions`` has them."""
    for need in (report.get("integrations") or {}).get("needed") or ():
        yield "integration_needed", need["name"].lower(), "none", "none"
    for request in report.get("feature_requests") or ():
        yield "feature_request", request["feature"].lower(), request["priority"], "none"
    for rival in report.get("competitors") or ():
        yield "competitor", rival["name"].lower(), rival["context"], rival["sentiment"]


def fact(value: object) -> dict[str, object]:
    return {"value": value, "confidence": 0.97, "evidence": []}


def said(
    *,
    team: int | None = None,
    volume: int | None = None,
    industry: str | None = None,
    needs: tuple[str, ...] = (),
    features: tuple[str, ...] = (),
    timeline: str | None = None,
    tool: str | None = None,
    unhappy_with: str | None = None,
    considering: str | None = None,
) -> dict[str, object]:
    """A sales intelligence report of a call that said this."""
    single = {
        "team_size": team,
        "monthly_volume": volume,
        "industry": industry,
        "decision_timeline": timeline,
        "current_tool": tool,
    }
    rivals = [(unhappy_with, "current", "negative"), (considering, "considering", "neutral")]
    return {
        **{name: None if value is None else fact(value) for name, value in single.items()},
        "integrations": {"needed": [{"name": name} for name in needs], "in_use": []},
        "feature_requests": [{"feature": feature, "priority": "must_have"} for feature in features],
        "competitors": [{"name": name, "context": context, "sentiment": mood} for name, context, mood in rivals if name],
    }
