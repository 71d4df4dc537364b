"""Paths that the pages name are there, and the folder table of ``docs/architecture.md`` lacks no package."""

import re
from pathlib import Path

import pytest

from contract.platform.settings import PROJECT_ROOT

PACKAGES = ("contract", "agent", "analyzers", "evaluation", "training", "orchestration")
OTHERS = ("benchmarks", "data", "dbt_project", "docs", "salesforce", "tests")
NAMED = re.compile(rf"`((?:{'|'.join((*PACKAGES, *OTHERS))})/[\w./-]*)`")
PAGES = [PROJECT_ROOT / "README.md", *sorted((PROJECT_ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT_ROOT)))
def test_paths_that_a_page_names_are_there(page: Path):
    named = {path for path in NAMED.findall(page.read_text(encoding="utf-8")) if not path.startswith("data/local")}
    assert sorted(path for path in named if not (PROJECT_ROOT / path).exists()) == []


def test_the_folder_table_has_every_package():
    table = set(NAMED.findall((PROJECT_ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")))
    folders = {f"{package}/" for package in (*PACKAGES, *OTHERS)}
    packages = {
        f"{folder.parent.relative_to(PROJECT_ROOT)}/" for top in PACKAGES for folder in (PROJECT_ROOT / top).glob("*/__init__.py")
    }
    assert sorted((folders | packages) - table) == []
