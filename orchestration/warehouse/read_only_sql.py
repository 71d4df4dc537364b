"""Run SQL that a person wrote: one statement that only reads the published tables, and nothing else.

DuckDB's locks are not enough. `explain analyze copy … to` writes although the database is read-only and its configuration locked,
and `from enable_logging(…)` is a SELECT that writes its log into a folder that may be read. So the statement's kind and its table
functions are checked in DuckDB's own parse tree before it runs. Use the connection of ``reader.open_for_queries``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from contract.platform.failures import PermanentFailure

TABLE_FUNCTIONS = frozenset(
    [
        "duckdb_columns",
        "duckdb_constraints",
        "duckdb_functions",
        "duckdb_indexes",
        "duckdb_keywords",
        "duckdb_schemas",
        "duckdb_settings",
        "duckdb_tables",
        "duckdb_types",
        "duckdb_views",
        "generate_series",
        "json_each",
        "json_tree",
        "pg_timezone_names",
        "range",
        "repeat",
        "repeat_row",
        "summary",
        "unnest",
    ]
)
"""Table functions that read neither files nor other SQL, and change nothing; every other one is refused."""

_EXPLAIN = re.compile(r"\s*explain\b(?:\s+analyze\b)?", re.IGNORECASE)
_OPTIONS = re.compile(r"\s*\([\w\s,]*\)")  # no quotes and no comments, which could hide where DuckDB sees the list end
_ALLOWED = "A query is one statement: select, with, from, values, describe, summarize, show, or explain of one of these."


def execute_read_only(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Check and run one query and return names of columns and rows; ``PermanentFailure`` when it is refused or wrong."""
    try:
        sql.encode()
        _check(connection, sql)
        result = connection.execute(sql)
        return [column[0] for column in result.description or ()], result.fetchall()
    except UnicodeEncodeError:
        raise PermanentFailure("The query is not valid UTF-8.", "Write it again in UTF-8.") from None
    except duckdb.Error as error:
        raise PermanentFailure(str(error), "Correct the SQL; the query 'show tables' lists the tables.") from None


def _check(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    kinds = [statement.type for statement in connection.extract_statements(sql)]
    if len(kinds) != 1:
        problem = f"These are {len(kinds)} statements; a pivot counts as two until its values are named with 'in (…)'."
        raise PermanentFailure(problem if kinds else "There is no statement.", _ALLOWED)
    query = _explained(connection, sql) if kinds[0] == duckdb.StatementType.EXPLAIN else sql
    if query is None or not _is_select(connection, query):
        raise PermanentFailure(f"A statement of type {kinds[0].name} may not run here: only reading is allowed.", _ALLOWED)
    refused = sorted(set(_table_functions(_parse_tree(connection, query))) - TABLE_FUNCTIONS)
    if refused:
        raise PermanentFailure(
            f"The table function {', '.join(refused)} may not run here: it can read files, run other SQL or change settings.",
            f"Query tables and views, or use one of {', '.join(sorted(TABLE_FUNCTIONS))}.",
        )


def _explained(connection: duckdb.DuckDBPyConnection, sql: str) -> str | None:
    """Return the SELECT inside an EXPLAIN, without or with a list of options; None when it explains anything else."""
    head = _EXPLAIN.match(sql)
    if head is None:
        return None
    rest = sql[head.end() :]
    options = _OPTIONS.match(rest)
    candidates = [rest, *([rest[options.end() :]] if options else [])]
    return next((candidate for candidate in candidates if _is_select(connection, candidate)), None)


def _is_select(connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
    try:
        return [statement.type for statement in connection.extract_statements(sql)] == [duckdb.StatementType.SELECT]
    except duckdb.Error:
        return False


def _parse_tree(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    """Return DuckDB's parse tree of a SELECT; a pragma, which counts as one, has none and is refused."""
    [(text,)] = connection.execute("select json_serialize_sql(?::varchar)", [sql]).fetchall()
    tree = json.loads(text)
    if tree["error"]:
        raise PermanentFailure("This statement may not run here: only reading is allowed.", _ALLOWED)
    return tree


def _table_functions(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        if tree.get("type") == "TABLE_FUNCTION":
            yield tree["function"]["function_name"].lower()
        tree = list(tree.values())
    if isinstance(tree, list):
        for part in tree:
            yield from _table_functions(part)
