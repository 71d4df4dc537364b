"""List the dashboard widgets' queries on the published warehouse for a span of time (spec 6), which begins at ``{since}``."""

from __future__ import annotations

from analyzers.lead_score.scoring import Scoring
from contract.reference import Reference

WIDGETS = {
    "average latency and error rate": "select sum(latency_ms_sum) / sum(replies), sum(failed) / sum(calls), sum(calls)"
    " from {period}_calls where {column} >= '{since}'",
    "p95 latency over time": "with counts as (select {column}, bucket, sum(observations) as n from {period}_histograms"
    " where measure = 'latency_ms' and {column} >= '{since}' group by all),"
    " ranked as (select {column}, bucket, sum(n) over (partition by {column} order by bucket) as reached,"
    " sum(n) over (partition by {column}) as total from counts)"
    " select {column}, pow(1.02, min(bucket) filter (where reached >= 0.95 * total) + 0.5) from ranked"
    " group by {column} order by 1",
    "tokens and cost over time": "select {column}, sum(total_tokens), sum(usd) from {period}_calls where {column} >= '{since}'"
    " group by {column} order by 1",
    "cost by provider": "select provider, sum(usd) from {period}_costs where {column} >= '{since}' group by provider",
    "connection quality": "select sum(excellent_connections), sum(good_connections), sum(fair_connections), sum(poor_connections)"
    " from {period}_calls where {column} >= '{since}'",
    "calls, qualified, meetings over time": "select {column}, sum(calls), sum(qualified), sum(meetings), sum(qualified_meetings)"
    " from {period}_calls where {column} >= '{since}' group by {column} order by 1",
    "the same of one agent version and industry": "select {column}, sum(calls), sum(qualified) from {period}_calls"
    " where {column} >= '{since}' and agent_version = '2026.11.1' and industry = 'legal' group by {column} order by 1",
    "engagement, duration, turns: distributions": "select measure, bucket, sum(observations) from {period}_histograms"
    " where measure in ('engagement', 'duration_minutes', 'turns', 'lead_score', 'team_size') and {column} >= '{since}'"
    " group by all",
    "sentiment and natural endings": "select sentiment, sum(calls), sum(natural_endings), sum(ending_calls) from {period}_calls"
    " where {column} >= '{since}' group by sentiment",
    "top searches": "select subject, sum(mentions), sum(succeeded) / sum(judged), sum(results) / sum(judged) from {period}_mentions"
    " where kind = 'search' and {column} >= '{since}' group by subject order by 2 desc limit 20",
    "competitors by sentiment": "select subject, polarity, sum(mentions) from {period}_mentions"
    " where kind = 'competitor' and {column} >= '{since}' group by all order by 3 desc limit 50",
    "objections and their resolution": "select subject, category, sum(mentions), sum(succeeded) / sum(judged)"
    " from {period}_mentions where kind = 'objection' and {column} >= '{since}' group by all order by 3 desc limit 20",
    "integrations by tier": "select subject, qualification_tier, sum(mentions) from {period}_mentions"
    " where kind = 'integration_needed' and {column} >= '{since}' group by all",
    "top industries": "select industry, sum(calls) from {period}_calls where {column} >= '{since}' group by industry"
    " order by 2 desc limit 10",
}
LISTS = {
    "hot leads": "select user_name, lead_score, session_id from sessions where start_time >= '{since}' and lead_score > {hot_above}"
    " order by lead_score desc limit 10",
    "a caller's calls, by e-mail": "select session_id, start_time, lead_score from sessions"
    " where start_time >= '{since}' and user_email = '77caller1@company1.example'",
    "best leads of a tier": "select lead_key, lead_score from leads"
    " where qualification_tier = 'Tier 1' and last_call_date >= '{since}' order by lead_score desc limit 10",
    "one call": "select s.*, f.* from sessions s join session_facts f using (session_id) where s.start_time >= '{since}'"
    " order by s.start_time desc limit 1",
}
"""Queries on single calls and leads rather than on a rollup."""


def questions(since: str, *, daily: bool) -> dict[str, str]:
    """Return every query over the span that begins at ``since`` (ISO 8601, UTC)."""
    period, column = ("daily", "business_day") if daily else ("hourly", "hour")
    hot_above = Reference().table(Scoring).thresholds.hot_above
    values = {"period": period, "column": column, "since": since, "hot_above": hot_above}
    return {name: sql.format(**values) for name, sql in (WIDGETS | LISTS).items()}
