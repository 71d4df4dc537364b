"""Every served table is asked as each role, column by column: nothing hidden is seen, and nothing visible refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
import yaml

from contract.platform.settings import PROJECT_ROOT, Settings
from orchestration.postgres.rights import MENTIONS, ROLES, WORDS_OF_CALLS, masked, masked_view
from orchestration.postgres.serve import serve
from orchestration.postgres.tables import SERVED
from orchestration.warehouse.reader import open_published
from tests.orchestration.postgres.postgres import ask, names

PERSONAL = next(
    store["fields"]
    for store in yaml.safe_load((PROJECT_ROOT / "data" / "stores.yml").read_text())["stores"]
    if store["path"].startswith("warehouse/")
)
"""Tables and columns of the warehouse with personal data or words."""
SAID = WORDS_OF_CALLS | {"tool_calls.query"}
FIGURES = ("hourly_calls", "daily_calls", "daily_histograms", "daily_costs", "weekly_trends", "session_costs", "live_samples")
NAMES = "select subject from main.{} where kind in ('competitor', 'tool', 'objection')"
COUNTS = "select kind, sum(mentions), count(distinct subject) from main.{} group by kind order by kind"
COLUMNS = "select column_name from information_schema.columns where table_schema = 'main' and table_name = '{}'"


@pytest.fixture
def served(published: Settings, reader: Any) -> Iterator[Any]:
    serve(published)
    yield reader
    ask(reader, "reset role")


def columns(reader: Any, table: str) -> set[str]:
    ask(reader, "reset role")
    return names(reader, COLUMNS.format(table))


def readable(reader: Any, role: str, table: str) -> set[str]:
    found = columns(reader, table)
    ask(reader, f"set role {role}")
    return {column for column in found if may_read(reader, f'select "{column}" from main.{table}')}


def may_read(reader: Any, sql: str) -> bool:
    try:
        ask(reader, sql)
    except psycopg2.errors.InsufficientPrivilege:
        return False
    return True


def test_the_analyst_reads_every_column_of_every_table(served: Any):
    for table in SERVED:
        assert readable(served, "analyst", table.name) == columns(served, table.name), table.name


def test_who_reports_reads_every_column_but_words(served: Any):
    for table in SERVED:
        hidden = {name for name in columns(served, table.name) if table.name in SAID or f"{table.name}.{name}" in SAID}
        assert readable(served, "reporting", table.name) == columns(served, table.name) - hidden, table.name


def test_a_viewer_reads_no_column_with_words_or_persons(served: Any):
    for table in SERVED:
        personal = {name for name in columns(served, table.name) if f"{table.name}.{name}" in PERSONAL}
        if table.name in WORDS_OF_CALLS or table.name in MENTIONS:
            assert readable(served, "viewer", table.name) == set(), table.name
        else:
            assert readable(served, "viewer", table.name) & personal == set(), table.name


def test_a_viewer_reads_what_figures_are_made_of(served: Any):
    for table in FIGURES:
        assert readable(served, "viewer", table) == columns(served, table), table
        assert ask(served, f"select has_table_privilege('viewer', 'main.{table}', 'select')") == [(True,)]
    assert readable(served, "viewer", "leads") == {
        "lead_key", "latest_session_id", "industry", "team_size", "monthly_volume", "decision_timeline", "qualification_tier",
        "lead_score", "previous_lead_score", "first_call_date", "last_call_date", "total_calls", "updated_at", "do_not_call",
        "email_opt_out",
    }  # fmt: skip


def test_nobody_changes_anything(served: Any):
    for role in ROLES:
        ask(served, f"set role {role}")
        for table in SERVED:
            assert not may_read(served, f"delete from main.{table.name}"), (role, table.name)
        assert not may_read(served, "select * from serving.versions")


def test_in_masked_views_a_word_is_a_number_and_a_name_stays(served: Any):
    ask(served, "reset role")
    said = names(served, "select subject from main.daily_mentions where kind = 'search'")
    counted = ask(served, COUNTS.format("daily_mentions"))
    known = names(served, NAMES.format("daily_mentions"))
    assert said
    for role in ROLES:
        ask(served, f"set role {role}")
        for table in MENTIONS:
            seen = names(served, f"select subject from main.{masked(table)} where kind like 'search%'")
            assert seen
            assert all(subject.isdecimal() or subject == "(withheld)" for subject in seen)
            assert names(served, NAMES.format(masked(table))) == known
        assert ask(served, COUNTS.format("daily_mentions_masked")) == counted


def test_the_masked_view_is_the_same_on_duckdb(served: Any, published: Settings):
    asked = "select kind, subject, category, sum(mentions) from {} group by kind, subject, category"
    with open_published(published) as warehouse:
        listed = [column for (column, *_) in warehouse.execute("describe daily_mentions").fetchall()]
        view = masked_view("daily_mentions", dict.fromkeys(listed, ""))
        warehouse.execute(view.replace("create view main.", "create temp view "))
        duck = {tuple(row) for row in warehouse.execute(asked.format("daily_mentions_masked")).fetchall()}
    ask(served, "reset role")
    postgres = {tuple(row) for row in ask(served, asked.format("main.daily_mentions_masked"))}
    assert {row[:3] for row in duck if row[0] != "search"} == {row[:3] for row in postgres if row[0] != "search"}
    assert sorted(row[3] for row in duck) == sorted(row[3] for row in postgres)


def test_other_rights_than_before_are_granted_to_a_version_that_is_there(published: Settings, reader: Any):
    serve(published)
    ask(reader, "update serving.versions set made_of = replace(made_of, 'grant select', 'grant')")
    assert serve(published).reloaded
