"""Run ``voice query``: SQL over the published warehouse; readers never open the writer's file."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Annotated

import typer

from contract.platform.settings import load_settings
from orchestration.cli.output import print_csv, print_json, print_records, print_table


def query(
    sql: Annotated[str, typer.Argument(help='A query, for example "select count(*) from sessions".')],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object per row.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV with a header; an unknown value is an empty field.")] = False,
    wide: Annotated[bool, typer.Option("--wide", help="Print one line per value, for rows wider than the screen.")] = False,
) -> None:
    """Query the published warehouse with SQL that only reads."""
    from orchestration.warehouse.read_only_sql import execute_read_only
    from orchestration.warehouse.reader import open_for_queries

    with open_for_queries(load_settings()) as connection:
        columns, rows = execute_read_only(connection, sql)
    if json:
        keys = unique_names(columns)
        for row in rows:
            print_json(dict(zip(keys, row, strict=True)), sort_keys=False)
    elif csv:
        print_csv(columns, rows)
    elif wide:
        print_records(columns, rows)
    else:
        print_table(f"{len(rows)} rows", columns, rows)


def unique_names(columns: Sequence[str]) -> list[str]:
    """Return one key per column, in order: ``a, a, a`` becomes ``a, a_2, a_3``, past any name that a column has by itself."""
    names: list[str] = []
    for column in columns:
        taken = {*columns, *names}
        numbered = (f"{column}_{number}" for number in count(2))
        names.append(column if column not in names else next(name for name in numbered if name not in taken))
    return names
