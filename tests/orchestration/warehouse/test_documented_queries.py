"""The queries of docs/warehouse.md run as they stand there, and its table of grains names every published table."""

from __future__ import annotations

import re

from contract.platform.settings import PROJECT_ROOT
from orchestration.warehouse.partitions import TABLES
from orchestration.warehouse.publish import publish
from orchestration.warehouse.read_only_sql import execute_read_only
from orchestration.warehouse.reader import open_for_queries
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake, sample_documents

PAGE = (PROJECT_ROOT / "docs" / "warehouse.md").read_text(encoding="utf-8")
MAY_BE_EMPTY = {"lead_questions", "opportunities", "delivery_log"}


def test_every_documented_query_runs_and_answers(lake: Lake):
    lake.analyse([*sample_documents(), sample_documents()[0].model_copy(update={"session_id": "again"})])
    built(lake)
    publish(lake.settings)
    queries = re.findall(r"```sql\n(.+?)```", PAGE, flags=re.DOTALL)
    assert len(queries) >= 9
    with open_for_queries(lake.settings) as connection:
        for query in queries:
            answer = execute_read_only(connection, query)[1]
            assert answer or any(table in query for table in MAY_BE_EMPTY), query


def test_the_page_names_the_grain_of_every_table():
    grains = PAGE.split("## Grain of every table")[1].split("\n## ")[0]
    named = {name for line in grains.splitlines() if line.startswith("| `") for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    assert named == set(TABLES)
