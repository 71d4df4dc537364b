"""Copy the descriptions of columns along with their tables; dbt writes them into the writer's file as comments."""

from __future__ import annotations

from typing import NamedTuple

import duckdb

_COLUMNS = """
select table_name, column_name, comment from duckdb_columns()
where database_name = ? and schema_name = 'main' and comment is not null order by table_name, column_index
"""


class Comment(NamedTuple):
    """The comment ``text`` of one column of a table or view."""

    table: str
    column: str
    text: str

    def statement(self, schema: str) -> str:
        """Return SQL that both DuckDB and PostgreSQL accept."""
        text = self.text.replace("'", "''")
        return f"comment on column {schema}.{self.table}.\"{self.column}\" is '{text}'"


def comments_in(connection: duckdb.DuckDBPyConnection, database: str) -> list[Comment]:
    """Return the comments of the tables and views in ``main`` of an attached database."""
    return [Comment(*row) for row in connection.execute(_COLUMNS, [database]).fetchall()]
