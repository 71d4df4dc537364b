"""The score over which a lead is hot stands in ``data/scoring.yml`` alone, and every reader follows it."""

import re
import shutil
from pathlib import Path

from analyzers.lead_score.scoring import Scoring
from contract.platform.settings import PROJECT_ROOT
from contract.reference import Reference
from orchestration.warehouse import project
from orchestration.warehouse.variables import dbt_variables


def with_threshold(folder: Path, hot_above: int) -> Reference:
    shutil.copytree(PROJECT_ROOT / "data", folder, ignore=shutil.ignore_patterns("samples", "golden", "training", "reader"))
    scoring = folder / "scoring.yml"
    scoring.write_text(scoring.read_text(encoding="utf-8").replace("hot_above: 80", f"hot_above: {hot_above}"), encoding="utf-8")
    return Reference(folder)


def test_dbt_takes_the_threshold_from_the_scoring_file(tmp_path: Path):
    assert dbt_variables()["hot_above"] == Reference().table(Scoring).thresholds.hot_above
    assert dbt_variables(with_threshold(tmp_path / "data", 70))["hot_above"] == 70


def test_another_threshold_makes_another_project_so_that_nothing_built_by_the_old_one_is_kept(tmp_path: Path, monkeypatch):  # noqa: ANN001
    before = project.project_hash()
    changed = dbt_variables(with_threshold(tmp_path / "data", 70))
    monkeypatch.setattr(project, "dbt_variables", lambda: changed)
    assert project.project_hash() != before
    assert '{"hot_above": 70' in project.dbt_arguments(tmp_path)[-1]


def test_no_program_query_or_other_data_file_repeats_the_threshold():
    repeated = re.compile(r"lead_score\s*>\s*\d|hot_above\W+\d")
    folders = ("analyzers", "benchmarks", "dbt_project/macros", "dbt_project/models", "docs", "orchestration")
    files = [
        path for folder in folders for path in (PROJECT_ROOT / folder).rglob("*") if path.suffix in {".py", ".sql", ".yml", ".md"}
    ]
    files += [path for path in (PROJECT_ROOT / "data").glob("*.yml") if path.name != "scoring.yml"]
    files.append(PROJECT_ROOT / "dbt_project" / "dbt_project.yml")
    assert [path.name for path in files if repeated.search(path.read_text(encoding="utf-8"))] == []


def test_the_page_about_reports_names_the_thresholds_in_force():
    thresholds = Reference().table(Scoring).thresholds
    page = (PROJECT_ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    assert f"over {thresholds.hot_above} is hot, {thresholds.warm_from} to {thresholds.hot_above} is warm" in page
