"""Grant rights to read in PostgreSQL, as SQL, to three group roles.

``analyst`` reads everything, ``reporting`` everything but what people said, ``viewer`` neither that nor who they are: a lead is its
key and its industry.

Whole tables of words are not granted to ``reporting`` and ``viewer``. Tables of mentions hold names of things (a competitor, an
integration) beside words of callers (a search): there ``reporting`` sees only the rows of kinds that are names, and both see the
masked views, in which such a subject is a number. Of columns of text ``viewer`` sees only those that are listed. So a kind or a
column that nobody has decided about is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orchestration.postgres.tables import SERVED, quoted

REPORTING, ANALYST, VIEWER = "reporting", "analyst", "viewer"
ROLES = (REPORTING, ANALYST, VIEWER)

WORDS_OF_CALLS = frozenset({"transcripts", "turns", "analysis_results", "analysis_reports", "session_questions", "lead_questions"})
HIDDEN_COLUMNS = {"tool_calls": frozenset({"query"})}
MENTIONS = ("session_mentions", "hourly_mentions", "daily_mentions")
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
TOPIC_KINDS = ("objection", "switching_barrier", "feature_request", "unanswered_question")
"""Kinds whose subject is a topic of the closed lists of ``data/topics.yml``."""
_WITHHELD = "(withheld)"
"""The subject of a search whose words were not kept."""

_KEYS = frozenset({"session_id", "lead_key", "latest_session_id", "doc_sha", "influenced_by"})
_DIMENSIONS = frozenset({"agent_version", "qualification_tier", "sentiment", "industry"})
_CLOSED_LISTS = frozenset(
    {
        "alert_name", "alert_type", "component", "connection_category", "currency", "decision_timeline", "destination", "engine",
        "fact", "kind", "measure", "metric_type", "model", "part", "provider", "rejection_reason", "severity", "source", "stage",
        "state", "temperature", "tool", "variant", "version",
    }
)  # fmt: skip
VISIBLE_TEXTS = _KEYS | _DIMENSIONS | _CLOSED_LISTS
"""Columns of text, lists and JSON that ``viewer`` sees, in whichever table they are; numbers, days and moments it sees in all."""
_TEXTS = ("text", "jsonb")


def create_roles() -> str:
    """The SQL that makes the group roles; also what a person with the right to is asked to run."""
    return "; ".join(f"create role {role} nologin" for role in ROLES)


def masked(table: str) -> str:
    """Return the name of the view of a table of mentions in which words of callers are numbers."""
    return f"{table}_masked"


def masked_view(table: str, columns: Mapping[str, str], schema: str = "main") -> str:
    """Return the SQL of that view, which DuckDB and PostgreSQL both run. Equal words have equal numbers, until the rows change."""
    known = ", ".join(f"'{kind}'" for kind in (*NAMED_KINDS, *TOPIC_KINDS))
    hidden = f"kind not in ({known}) and subject <> '{_WITHHELD}'"
    selected = ", ".join(f"rows.{name}" if name != "subject" else f"{_masked_subject()} as subject" for name in columns)
    return (
        f"create view {schema}.{masked(table)} as select {selected} from {schema}.{table} as rows left join"  # noqa: S608 - own names
        f" (select subject, row_number() over (order by subject) as number from {schema}.{table} where {hidden} group by subject)"
        f" as numbers on rows.subject = numbers.subject and rows.kind not in ({known})"
    )


def _masked_subject() -> str:
    return "case when numbers.number is null then rows.subject else cast(numbers.number as varchar) end"


def grants(schema: str, columns: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield views and grants for the tables of ``schema``; ``columns`` are the PostgreSQL types by table and column."""
    yield f"grant usage on schema {schema} to {', '.join(ROLES)}"
    for table in MENTIONS:
        yield masked_view(table, columns[table], schema)
        yield f"grant select on {schema}.{masked(table)} to {REPORTING}, {VIEWER}"
    yield f"grant select on all tables in schema {schema} to {ANALYST}"
    for table in (table.name for table in SERVED if table.name not in WORDS_OF_CALLS):
        yield f"grant select{_visible(table, columns[table])} on {schema}.{table} to {REPORTING}"
    for table, visible in visible_to_viewer(columns).items():
        # of a whole table as such: tools that list tables may ask for the right to the table
        listed = "" if len(visible) == len(columns[table]) else f" ({quoted(visible)})"
        yield f"grant select{listed} on {schema}.{table} to {VIEWER}"
    for table in MENTIONS:
        yield from _only_names(f"{schema}.{table}")


def visible_to_viewer(columns: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return the columns that ``viewer`` reads, by table; a table without any is missing."""
    found = {table: tuple(name for name, kind in columns[table].items() if _is_visible(name, kind)) for table in _viewers_tables()}
    return {table: names for table, names in found.items() if names}


def _viewers_tables() -> Iterator[str]:
    return (table.name for table in SERVED if table.name not in WORDS_OF_CALLS and table.name not in MENTIONS)


def _is_visible(column: str, kind: str) -> bool:
    return kind not in _TEXTS or column in VISIBLE_TEXTS


def _visible(table: str, columns: Mapping[str, str]) -> str:
    hidden = HIDDEN_COLUMNS.get(table)
    return f" ({quoted(name for name in columns if name not in hidden)})" if hidden else ""


def _only_names(table: str) -> Iterator[str]:
    kinds = ", ".join(f"'{kind}'" for kind in NAMED_KINDS)
    yield f"alter table {table} enable row level security"
    yield f"create policy everything on {table} for select to {ANALYST} using (true)"
    yield f"create policy names on {table} for select to {REPORTING} using (kind in ({kinds}))"
