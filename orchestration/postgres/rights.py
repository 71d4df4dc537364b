"""Grant rights to read in PostgreSQL, as SQL. ``analyst`` reads everything, ``reporting`` everything but what people said.

Whole tables of words are not granted to ``reporting``. Tables of mentions hold names of things (a competitor, an integration)
beside words of callers (a search, an objection): there ``reporting`` sees only the rows of kinds that are names. A kind that is not
listed is hidden until somebody decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orchestration.postgres.tables import SERVED, quoted

REPORTING, ANALYST = "reporting", "analyst"

WORDS_OF_CALLS = frozenset({"transcripts", "turns", "analysis_results", "analysis_reports", "session_questions", "lead_questions"})
HIDDEN_COLUMNS = {"tool_calls": frozenset({"query"})}
MENTIONS = frozenset({"session_mentions", "hourly_mentions", "daily_mentions"})
NAMED_KINDS = (
    "integration_needed",
    "integration_in_use",
    "competitor",
    "feature_discussed",
    "buying_signal",
    "pain_point",
    "tool",
    "error",
)


def create_roles() -> str:
    """The SQL that makes the two group roles; also what a person with the right to is asked to run."""
    return "; ".join(f"create role {role} nologin" for role in (REPORTING, ANALYST))


def grants(schema: str, columns: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield f"grant usage on schema {schema} to {REPORTING}, {ANALYST}"
    yield f"grant select on all tables in schema {schema} to {ANALYST}"
    for table in (table.name for table in SERVED if table.name not in WORDS_OF_CALLS):
        yield f"grant select{_visible(table, columns[table])} on {schema}.{table} to {REPORTING}"
    for table in sorted(MENTIONS):
        yield from _only_names(f"{schema}.{table}")


def _visible(table: str, columns: Mapping[str, str]) -> str:
    hidden = HIDDEN_COLUMNS.get(table)
    return f" ({quoted(name for name in columns if name not in hidden)})" if hidden else ""


def _only_names(table: str) -> Iterator[str]:
    kinds = ", ".join(f"'{kind}'" for kind in NAMED_KINDS)
    yield f"alter table {table} enable row level security"
    yield f"create policy everything on {table} for select to {ANALYST} using (true)"
    yield f"create policy names on {table} for select to {REPORTING} using (kind in ({kinds}))"
