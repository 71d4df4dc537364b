"""Tables, keys, indexes and rights in PostgreSQL, as SQL; every name in it is one of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from orchestration.serving.tables import SERVED, WORDS_OF_CALLS, ServedTable

REPORTING, ANALYST = "reporting", "analyst"


def create_table(schema: str, table: ServedTable, columns: Mapping[str, str]) -> str:
    parts = [f'"{name}" {kind}{" not null" if name in table.primary_key else ""}' for name, kind in columns.items()]
    return f"create table {schema}.{table.name} ({', '.join(parts)})"


def keys_and_indexes(schema: str) -> Iterator[str]:
    """Added when the rows are there, which is far quicker; foreign keys are checked when a transaction ends."""
    for table in SERVED:
        if table.primary_key:
            yield f"alter table {schema}.{table.name} add primary key ({_names(table.primary_key)})"
        for name, definition in table.indexes:
            place = definition if definition.startswith("using") else f"using btree {definition}"
            yield f"create index {name} on {schema}.{table.name} {place}"
    for table in SERVED:
        for column, other in table.references:
            yield (
                f"alter table {schema}.{table.name} add foreign key ({column}) references {schema}.{other}"
                " deferrable initially deferred"
            )


def grants(schema: str, columns: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """``analyst`` reads everything, ``reporting`` everything but what people said (see ``WORDS_OF_CALLS``)."""
    yield f"grant usage on schema {schema} to {REPORTING}, {ANALYST}"
    yield f"grant select on all tables in schema {schema} to {ANALYST}"
    for table in SERVED:
        if table.name == "tool_calls":
            yield f"grant select ({_names(c for c in columns[table.name] if c != 'query')}) on {schema}.{table.name} to {REPORTING}"
        elif table.name not in WORDS_OF_CALLS:
            yield f"grant select on {schema}.{table.name} to {REPORTING}"


def create_roles() -> str:
    """The SQL that makes the two group roles; also what a person with the right to is asked to run."""
    return "; ".join(f"create role {role} nologin" for role in (REPORTING, ANALYST))


def _names(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
