"""``voice query``: SQL over the published warehouse; readers never open the writer's file."""

from __future__ import annotations

from typing import Annotated

import typer

from contract.platform.failures import PermanentFailure
from contract.platform.settings import load_settings
from orchestration.cli.output import print_json, print_table


def query(
    sql: Annotated[str, typer.Argument(help='For example "select count(*) from sessions".')],
    json: Annotated[bool, typer.Option("--json", help="One JSON object a row.")] = False,
) -> None:
    """Read the published warehouse."""
    import duckdb

    from orchestration.warehouse.reader import open_published

    with open_published(load_settings()) as connection:
        try:
            result = connection.execute(sql)
            columns = [column[0] for column in result.description or ()]
            rows = result.fetchall()
        except duckdb.Error as error:
            raise PermanentFailure(str(error), "Correct the SQL; 'show tables' lists what there is.") from None
    if json:
        for row in rows:
            print_json(dict(zip(columns, row, strict=True)))
    else:
        print_table(f"{len(rows)} rows", columns, rows)
