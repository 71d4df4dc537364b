"""Tables, keys and indexes in PostgreSQL, as SQL; every name in it is declared in the code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orchestration.postgres.tables import SERVED, ServedTable, quoted


def create_table(schema: str, table: ServedTable, columns: Mapping[str, str]) -> str:
    parts = [f'"{name}" {kind}{" not null" if name in table.primary_key else ""}' for name, kind in columns.items()]
    return f"create table {schema}.{table.name} ({', '.join(parts)})"


def keys_and_indexes(schema: str) -> Iterator[str]:
    """Added when the rows are there, which is far quicker; foreign keys are checked when a transaction ends."""
    for table in SERVED:
        if table.primary_key:
            yield f"alter table {schema}.{table.name} add primary key ({quoted(table.primary_key)})"
        for name, definition in table.indexes:
            place = definition if definition.startswith("using") else f"using btree {definition}"
            yield f"create index {name} on {schema}.{table.name} {place}"
    for table in SERVED:
        for column, other in table.references:
            yield (
                f"alter table {schema}.{table.name} add foreign key ({column}) references {schema}.{other}"
                " deferrable initially deferred"
            )
