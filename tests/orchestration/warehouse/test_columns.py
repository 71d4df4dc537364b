"""The tables are the specification's, and every column says what it holds."""

from __future__ import annotations

import json
import re

import pytest

from contract.document.tier import qualification_tier
from contract.platform.settings import PROJECT_ROOT
from orchestration.warehouse.docs import write_docs
from orchestration.warehouse.lake import LAKE_SCHEMAS
from orchestration.warehouse.partitions import TABLES
from orchestration.warehouse.project import prepare_manifest
from orchestration.warehouse.publish import publish
from orchestration.warehouse.reader import open_published
from tests.support.builds import rows
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake, sample_documents

SPECIFIED = {
    "sessions": "session_id varchar, start_time timestamp, end_time timestamp, duration_seconds integer, participant_id varchar,"
    " user_email varchar, user_name varchar, turn_count integer, interruption_count integer, qualification_tier varchar,"
    " lead_score integer, engagement_score double, sentiment varchar, meeting_booked boolean, created_at timestamp,"
    " agent_version varchar, disconnect_reason varchar, lead_key varchar, complete boolean, revision integer",
    "transcripts": "session_id varchar, transcript_json json, transcript_text varchar, word_count integer, created_at timestamp",
    "metrics": "id bigint, session_id varchar, timestamp timestamp, metric_type varchar, eou_delay_ms integer, llm_ttft_ms integer,"
    " tts_ttfb_ms integer, total_latency_ms integer, prompt_tokens integer, completion_tokens integer, total_tokens integer,"
    " stt_duration_ms integer, created_at timestamp, item_id varchar",
    "leads": "email varchar, name varchar, latest_session_id varchar, team_size integer, monthly_volume integer,"
    " integration_needs json, industry varchar, location varchar, use_case varchar, current_tool varchar, pain_points json,"
    " decision_timeline varchar, budget_authority varchar, urgency varchar, qualification_tier varchar, lead_score integer,"
    " first_call_date timestamp, last_call_date timestamp, total_calls integer, updated_at timestamp, lead_key varchar,"
    " company varchar, previous_lead_score integer, score_change_explanation varchar, booking_email varchar, booking_name varchar,"
    " do_not_call boolean, email_opt_out boolean",
    "analysis_results": "session_id varchar, sales_intelligence json, lead_score_breakdown json, quality_analysis json,"
    " sentiment_analysis json, objections json, competitors json, performance_analysis json, content_gaps json, action_items json,"
    " executive_summary varchar, analyzed_at timestamp, analyzer_version varchar, engine varchar, annotation_version varchar,"
    " doc_sha varchar",
    "alerts_history": "id bigint, alert_type varchar, alert_name varchar, severity varchar, message varchar, context json,"
    " session_id varchar, triggered_at timestamp, sent_to varchar, acknowledged_at timestamp, acknowledged_by varchar,"
    " resolved_at timestamp",
}


@pytest.fixture
def columns(lake: Lake) -> dict[str, list[tuple[str, str]]]:
    """Name and type of every column in ``main``, in order, by table."""
    lake.analyse(sample_documents()[:1])
    built(lake)
    found: dict[str, list[tuple[str, str]]] = {}
    for table, name, kind in rows(
        lake.settings,
        "select table_name, column_name, lower(data_type) from duckdb_columns()"
        " where schema_name = 'main' and database_name = 'warehouse' order by table_name, column_index",
    ):
        found.setdefault(table, []).append((name, kind))
    return found


def test_the_six_tables_have_the_specified_columns_in_order_and_type(columns: dict[str, list[tuple[str, str]]]):
    specified = {table: [tuple(c.split()) for c in re.split(r",\s*", text)] for table, text in SPECIFIED.items()}
    assert {table: columns[table] for table in specified} == specified


def test_every_column_is_described_and_every_described_column_is_there(columns: dict[str, list[tuple[str, str]]]):
    models = [
        node for node in prepare_manifest()["nodes"].values() if node["resource_type"] == "model" and node["schema"] == "main"
    ]
    described = {
        model["name"]: [name for name, column in model["columns"].items() if column["description"]]
        for model in models
        if model["config"]["materialized"] != "ephemeral"
    }
    assert described == {table: [name for name, _ in found] for table, found in columns.items()}


def test_descriptions_are_the_comments_of_the_warehouse_and_of_what_is_published(lake: Lake):
    lake.analyse(sample_documents()[:1])
    built(lake)
    publish(lake.settings)
    described = {
        (node["name"], name, " ".join(column["description"].split()))
        for node in prepare_manifest()["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "main"
        for name, column in node["columns"].items()
    }
    sql = "select table_name, column_name, comment from duckdb_columns() where schema_name = 'main' and not internal"
    written = {(t, c, " ".join(text.split())) for t, c, text in rows(lake.settings, f"{sql} and database_name = 'warehouse'")}
    assert written == described
    with open_published(lake.settings) as connection:
        published = {(t, c, " ".join(text.split())) for t, c, text in connection.execute(sql).fetchall()}
    assert published == described


def test_dbt_documents_every_table_and_where_it_is_used(lake: Lake):
    lake.analyse(sample_documents()[:1])
    built(lake)
    page = write_docs(lake.settings)
    catalog = json.loads((page.parent / "catalog.json").read_text())
    documented = {node["metadata"]["name"] for node in catalog["nodes"].values()}
    assert set(TABLES) <= documented
    models = [node for node in prepare_manifest()["nodes"].values() if node["resource_type"] == "model"]
    assert {node["name"] for node in models if node["schema"] == "main"} == set(TABLES)
    exposures = prepare_manifest()["exposures"].values()
    used = {name.split(".")[-1] for exposure in exposures for name in exposure["depends_on"]["nodes"]}
    used_ones = {"sessions", "leads", "hourly_calls", "daily_mentions", "opportunities", "live_samples", "alerts_history"}
    assert used_ones | {"delivery_log"} <= used
    assert page.stat().st_size > 100_000


def test_the_declared_columns_of_the_lake_are_those_that_are_written():
    sources = [s for s in prepare_manifest()["sources"].values() if s["source_name"] in ("lake", "inbound")]
    for source in sources:
        assert set(source["columns"]) == set(LAKE_SCHEMAS[source["name"]].names)


def test_the_tier_rule_in_sql_is_the_rule_of_the_contract(lake: Lake):
    lake.analyse(sample_documents()[:30])
    built(lake)
    leads = rows(lake.settings, "select team_size, monthly_volume, integration_needs::varchar[], qualification_tier from leads")
    assert {tier for *_, tier in leads} == {"Tier 1", "Tier 2"}
    assert [qualification_tier(team, volume, needs) for team, volume, needs, _ in leads] == [tier for *_, tier in leads]


def test_the_project_needs_nothing_to_be_downloaded():
    assert not (PROJECT_ROOT / "dbt_project" / "packages.yml").exists()
