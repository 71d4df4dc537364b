"""``voice query`` only reads: whatever is tried, it fails with a problem and a remedy, and no file of the home changes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from contract.platform.failures import PermanentFailure
from contract.platform.settings import Settings
from orchestration.cli.commands import commands
from orchestration.intake.lead_identity import pseudonym_secret
from orchestration.warehouse.publish import publish
from orchestration.warehouse.read_only_sql import execute_read_only
from orchestration.warehouse.reader import open_for_queries, open_published
from tests.support.documents import NOW
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake, sample_documents

ESCAPES = (
    "copy sessions to '{home}/published/stolen.csv'",
    "copy sessions to '{home}/state.db'",
    "copy (select 1) to '/dev/stderr'",
    "copy sessions from '/etc/passwd'",
    "copy from database memory to main",
    "explain analyze copy sessions to '{home}/published/stolen.csv'",
    "EXPLAIN ANALYZE COPY (select 1) TO '{home}/state.db'",
    "explain (analyze) copy sessions to '{home}/published/stolen.csv'",
    "explain/**/analyze/**/copy sessions to '{home}/published/stolen.csv'",
    "explain\u00a0analyze\u2003copy sessions to '{home}/published/stolen.csv'",
    "/* /* */ explain select 1 -- */ explain analyze copy sessions to '{home}/published/stolen.csv'",
    "explain (format /* ) select 1 -- */ json) copy sessions to '{home}/published/stolen.csv'",
    "explain -- select 1\n analyze copy sessions to '{home}/published/stolen.csv'",
    "explain analyze create temp table t as select 1",
    "explain analyze delete from sessions",
    "from enable_logging(storage => 'file', storage_path => '{home}/published/log')",
    "select 1 where exists (from ENABLE_LOGGING(storage => 'file', storage_path => '{home}/published/log'))",
    "from system.main.\"enable_logging\"(storage => 'file', storage_path => '{home}/published/log')",
    "with l as materialized (from enable_logging(storage => 'file', storage_path => '{home}/published/log')) select 1",
    "explain analyze from enable_logging(storage => 'file', storage_path => '{home}/published/log')",
    "from enable_profiling(save_location => '{home}/published/profile.json')",
    "from query('from enable_' || 'logging(storage => ''file'', storage_path => ''{home}/published/log'')')",
    "from json_execute_serialized_sql(json_serialize_sql('from enable_logging()'))",
    "call enable_logging(storage => 'file', storage_path => '{home}/published/log')",
    "call force_checkpoint()",
    "from checkpoint()",
    "select * from read_text('/etc/passwd')",
    "select * from read_text('{home}/pseudonym.key')",
    "select * from read_text('{home}/published/../pseudonym.key')",
    "select * from read_blob('{home}/state.db')",
    "select * from read_blob('{home}/warehouse/warehouse.duckdb')",
    "select * from read_csv('/etc/passwd', header = false)",
    "select * from read_json('{home}/published/manifest.json')",
    "select * from read_parquet('/proc/self/environ')",
    "select * from read_duckdb('{home}/warehouse/warehouse.duckdb')",
    "from '/etc/passwd'",
    "from '{home}/state.db'",
    "from '{home}/published/../pseudonym.key'",
    "from 'file://{home}/state.db'",
    "from 'https://127.0.0.1:9/data.parquet'",
    "from query_table('/etc/passwd')",
    "from glob('{home}/*')",
    "from glob('/etc/*')",
    "from sniff_csv('/etc/passwd')",
    "from parquet_metadata('{home}/state.db')",
    "summarize '/etc/passwd'",
    "summarize from read_text('{home}/pseudonym.key')",
    "describe from read_csv('/etc/passwd')",
    "pivot (from read_text('/etc/passwd')) on filename in ('/etc/passwd')",
    "pivot sessions on qualification_tier using count(*)",
    "attach '{home}/warehouse/warehouse.duckdb' as writer",
    "attach '{home}/state.db' as state (type sqlite)",
    "attach ':memory:' as scratch",
    "detach warehouse",
    "export database '{home}/export'",
    "import database '{home}/export'",
    "install httpfs",
    "force install sqlite",
    "load httpfs",
    "load '{home}/state.db'",
    "update extensions",
    "pragma database_list",
    "pragma enable_profiling",
    "pragma import_database('{home}')",
    "set lock_configuration = false",
    "set enable_external_access = true",
    "set global allowed_directories = ['/']",
    "reset allowed_directories",
    "set variable a = 1",
    "use memory",
    "create table t as select 1",
    "create temp table t as select 1",
    "create or replace temp view sessions as select 1",
    "create temp macro peek(path) as table select * from read_text(path)",
    "create secret s (type s3, key_id 'a', secret 'b')",
    "create persistent secret s in local_file (type http, bearer_token 'b')",
    "from duckdb_secrets()",
    "from which_secret('s3://bucket', 's3')",
    "insert into leads select * from leads",
    "update leads set name = null",
    "delete from leads",
    "truncate leads",
    "drop view sessions",
    "alter table leads add column x int",
    "comment on table leads is 'x'",
    "merge into leads using leads as l on true when matched then delete",
    "with d as (delete from leads returning *) from d",
    "prepare p as select 1",
    "execute p",
    "begin",
    "commit",
    "checkpoint",
    "vacuum",
    "analyze",
    "select 1; select 2",
    "select 1; copy sessions to '{home}/published/stolen.csv'",
    "select 1 /* ; */; -- and\n attach ':memory:' as m",
    "from settings",
    "from arrow_scan(0, 0, 0)",
    "from python_map_function(1)",
    "",
    ";",
    "-- nothing",
    "select \ud800",
    "sel\u200bect 1",
    "ｃｏｐｙ sessions to 'x'",
)

READS = (
    "select count(*) from sessions",
    "from leads limit 1",
    "with s as (select * from sessions) select count(*) from s",
    "describe sessions",
    "summarize leads",
    "show tables",
    "show all tables",
    "explain select * from sessions",
    "explain analyze select count(*) from sessions",
    "explain (format json) select 1",
    "explain (analyze, format json) from sessions",
    "explain (select 1)",
    "-- comment\nselect 1 -- comment",
    "values (1), (2)",
    "pivot sessions on qualification_tier in ('Tier 1', 'Tier 2') using count(*)",
    "select * from range(3), unnest([1, 2])",
    "select column_name from duckdb_columns() limit 1",
    "select column_name from information_schema.columns limit 1",
    "select 'copy x to y; attach z'",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published home with everything that must not be read or changed."""
    home = tmp_path_factory.mktemp("queried")
    lake = Lake(Settings(home=home, now=NOW))  # pyright: ignore[reportCallIssue]
    lake.analyse(sample_documents()[:2])
    built(lake)
    publish(lake.settings)
    pseudonym_secret(lake.settings)
    lake.state.close()
    return home


@pytest.fixture(scope="module")
def connection(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """One connection for every attempt, so that what one leaves behind would show in those after it."""
    before = content_of(home)
    with open_for_queries(Settings(home=home)) as connection:  # pyright: ignore[reportCallIssue]
        yield connection
    assert content_of(home) == before


def content_of(home: Path) -> dict[str, str]:
    return {str(path): sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder" for path in home.rglob("*")}


@pytest.mark.parametrize("escape", ESCAPES)
def test_an_escape_fails_with_a_problem_and_a_remedy_and_changes_nothing(
    escape: str, home: Path, connection: duckdb.DuckDBPyConnection
):
    before = content_of(home)
    with pytest.raises(PermanentFailure) as refused:
        execute_read_only(connection, escape.replace("{home}", str(home)))
    assert min(len(refused.value.problem), len(refused.value.remedy)) > 10
    assert content_of(home) == before


@pytest.mark.parametrize("sql", READS)
def test_a_query_that_only_reads_is_answered(sql: str, connection: duckdb.DuckDBPyConnection):
    columns, rows = execute_read_only(connection, sql)
    assert columns
    assert rows


@pytest.mark.parametrize(
    "escape", ["select * from read_text('/etc/passwd')", "explain analyze copy leads to 'x'", "select 1; select 2"]
)
def test_the_command_refuses_them_too(escape: str, home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VOICE_HOME", str(home))
    refused = CliRunner().invoke(commands, ["query", "--json", "--", escape])
    assert isinstance(refused.exception, PermanentFailure)
    assert refused.stdout == ""


def test_the_connection_for_queries_is_locked(home: Path, connection: duckdb.DuckDBPyConnection):
    locks = dict(execute_read_only(connection, "select name, value from duckdb_settings()")[1])
    assert locks["enable_external_access"] == "false"
    assert locks["lock_configuration"] == "true"
    assert locks["allowed_directories"] == f"[{home}/published/]"
    assert [name for name, value in locks.items() if name.startswith(("autoload", "autoinstall")) and value == "true"] == []


def test_other_readers_of_the_process_are_not_locked(home: Path, connection: duckdb.DuckDBPyConnection):
    with open_published(Settings(home=home)) as other:  # pyright: ignore[reportCallIssue]
        other.execute("set threads = 1")
    with pytest.raises(PermanentFailure):
        execute_read_only(connection, "from '/etc/hosts'")


def test_a_folder_with_quotes_and_dots_in_its_path_can_be_queried(home: Path, tmp_path: Path):
    odd = tmp_path / "it's here"
    shutil.copytree(home, odd)
    settings = Settings(home=tmp_path / "it's here" / ".." / "it's here")  # pyright: ignore[reportCallIssue]
    publish(settings)
    with open_for_queries(settings) as connection:
        assert execute_read_only(connection, "select count(*) from sessions")[1] == [(2,)]
