"""``data/stores.yml`` names every column of the warehouse that holds personal data, and no column that is gone."""

from __future__ import annotations

from typing import Any

import yaml

from contract.platform.settings import PROJECT_ROOT

PERSONAL = frozenset(
    [
        "email",
        "user_email",
        "lead_email",
        "name",
        "user_name",
        "lead_name",
        "company",
        "participant_id",
        "location",
        "browser",
        "region",
        "subject",
        "remote_id",
        "transcript_json",
        "transcript_text",
        "text",
        "query",
        "preferred_date",
        "preferred_time",
        "question",
        "body",
    ]
)
"""Names of columns that hold who a caller is, where they are, what they use to call, or what they said."""
PERSONAL_IN = {"category": "_mentions"}
"""A name that is personal only in tables that end so: there a category may be a word of the caller's."""


def columns() -> set[tuple[str, str]]:
    """Every column of the marts and rollups; ``test_columns`` compares their documentation with the tables."""
    pages = (PROJECT_ROOT / "dbt_project" / "models").rglob("*.yml")
    models = [model for page in pages for model in yaml.safe_load(page.read_text(encoding="utf-8")).get("models", [])]
    return {(model["name"], column["name"]) for model in models for column in model.get("columns", [])}


def published_store() -> set[str]:
    stores: list[dict[str, Any]] = yaml.safe_load((PROJECT_ROOT / "data" / "stores.yml").read_text(encoding="utf-8"))["stores"]
    [published] = [store for store in stores if store["path"] == "warehouse/warehouse.duckdb and published/"]
    return set(published["fields"])


def is_personal(table: str, column: str) -> bool:
    return column in PERSONAL or (column in PERSONAL_IN and table.endswith(PERSONAL_IN[column]))


def test_every_personal_column_of_a_table_is_in_the_list_of_stores():
    listed = published_store()
    missing = {f"{table}.{column}" for table, column in columns() if is_personal(table, column) and table not in listed} - listed
    assert sorted(missing) == []


def test_every_table_and_column_in_the_list_exists():
    known = {table for table, _ in columns()} | {f"{table}.{column}" for table, column in columns()}
    assert sorted(published_store() - known) == []
