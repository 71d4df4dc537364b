"""SQL files are run with bound parameters and give rows by column name."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.warehouse.queries import SqlFolder


@pytest.fixture
def queries(tmp_path: Path) -> SqlFolder:
    (tmp_path / "by_position.sql").write_text("select number, number * 2 as doubled from unnest(?) as t(number) order by number")
    (tmp_path / "by_name.sql").write_text("select $text as text")
    (tmp_path / "without.sql").write_text("select 1 as one")
    return SqlFolder(tmp_path)


def test_rows_come_by_column_name_in_the_querys_order(queries: SqlFolder):
    with duckdb.connect() as connection:
        assert queries.rows(connection, "by_position", [[2, 1]]) == [{"number": 1, "doubled": 2}, {"number": 2, "doubled": 4}]
        assert queries.rows(connection, "by_position", [[]]) == []


def test_values_are_bound_and_never_become_sql(queries: SqlFolder):
    with duckdb.connect() as connection:
        assert queries.row(connection, "by_name", {"text": "'; drop table x"}) == {"text": "'; drop table x"}


def test_a_query_without_parameters_needs_none(queries: SqlFolder):
    with duckdb.connect() as connection:
        assert queries.row(connection, "without") == {"one": 1}
        assert queries.row(connection, "without", {}) == {"one": 1}
        assert queries.run(connection, "without").df().to_dict("records") == [{"one": 1}]


def test_a_query_that_counts_has_one_row(queries: SqlFolder):
    with duckdb.connect() as connection, pytest.raises(ValueError, match="unpack"):
        queries.row(connection, "by_position", [[1, 2]])
