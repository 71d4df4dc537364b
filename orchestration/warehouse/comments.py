"""Copy the descriptions of tables and columns along with them; dbt writes them into the writer's file as comments."""

from __future__ import annotations

from typing import Literal, NamedTuple

import duckdb

_COMMENTS = """
select table_name, null as column_name, comment, -1 as position from duckdb_tables()
where database_name = $database and schema_name = 'main' and comment is not null
union all
select view_name, null, comment, -1 from duckdb_views()
where database_name = $database and schema_name = 'main' and comment is not null
union all
select table_name, column_name, comment, column_index from duckdb_columns()
where database_name = $database and schema_name = 'main' and comment is not null
order by table_name, position
"""


class Comment(NamedTuple):
    """The comment ``text`` of a table or view, or of one ``column`` of it."""

    table: str
    column: str | None
    text: str

    def statement(self, schema: str, kind: Literal["table", "view"] = "table") -> str:
        """Return SQL that both DuckDB and PostgreSQL accept; ``kind`` is what the relation is there."""
        text = self.text.replace("'", "''")
        subject = f"{kind} {schema}.{self.table}" if self.column is None else f'column {schema}.{self.table}."{self.column}"'
        return f"comment on {subject} is '{text}'"


def comments_in(connection: duckdb.DuckDBPyConnection, database: str) -> list[Comment]:
    """Return the comments of the tables and views in ``main`` of an attached database, each table's own before its columns'."""
    return [Comment(*row[:3]) for row in connection.execute(_COMMENTS, {"database": database}).fetchall()]
