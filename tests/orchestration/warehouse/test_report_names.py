"""The nine reports have the same names in the analyzers, the lake, dbt's macros and dbt's sources."""

from __future__ import annotations

import yaml
from jinja2 import Environment

from analyzers.report_names import REPORT_NAMES
from analyzers.reports import ANALYZERS, REPORT_MODELS
from contract.platform.settings import PROJECT_ROOT
from orchestration.warehouse.lake_schemas import LAKE_SCHEMAS

DBT = PROJECT_ROOT / "dbt_project"


def test_the_analyzers_make_the_named_reports_and_no_other() -> None:
    assert len(ANALYZERS) == len(REPORT_NAMES)
    assert {analyzer.name for analyzer in ANALYZERS} == set(REPORT_MODELS) == set(REPORT_NAMES)


def test_dbt_lists_the_reports_that_the_analyzers_make() -> None:
    returned: list[list[str]] = []
    macros = Environment().from_string((DBT / "macros" / "reports.sql").read_text(encoding="utf-8"))
    macros.make_module({"return": returned.append}).report_names()  # pyright: ignore[reportAttributeAccessIssue]
    assert returned == [list(REPORT_NAMES)]


def test_the_source_of_dbt_has_the_columns_that_the_lake_writes() -> None:
    sources = yaml.safe_load((DBT / "models" / "staging" / "lake" / "_lake__sources.yml").read_text(encoding="utf-8"))
    tables = {table["name"]: [column["name"] for column in table["columns"]] for table in sources["sources"][0]["tables"]}
    assert tables["analysis_results"] == LAKE_SCHEMAS["analysis_results"].names
