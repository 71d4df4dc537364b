"""A build by its script leaves what dbt leaves, and dbt builds whatever the script cannot."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract.document.session import SessionDocument
from contract.platform.settings import Settings
from orchestration.warehouse import build as building
from orchestration.warehouse.build_result import BuiltNode
from orchestration.warehouse.build_script import BuildScript, keep_script, read_script, script_path
from tests.support.builds import build, content, rows
from tests.support.lake_samples import NOW, Lake, changed, sample_documents


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts that dbt left of a new warehouse and of a batch into it, in a folder of their own."""
    lake = Lake(Settings(home=tmp_path_factory.mktemp("recorded"), now=NOW))  # pyright: ignore[reportCallIssue]
    folder = lake.settings.home / "scripts"
    with pytest.MonkeyPatch.context() as patched:
        keep_in(folder, patched)
        _build_each(lake, sample_documents()[:2])
    lake.state.close()
    return folder


def keep_in(folder: Path, patched: pytest.MonkeyPatch) -> None:
    def own_path(settings: Settings, selection: Sequence[str]) -> Path:
        return folder / script_path(settings, selection).name

    patched.setattr(building, "script_path", own_path)


@pytest.fixture
def scripts(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the scripts for this test alone."""
    folder = tmp_path / "scripts"
    shutil.copytree(recorded, folder)
    keep_in(folder, monkeypatch)
    return folder


@pytest.fixture
def by_dbt(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that dbt was run with."""
    commands: list[list[str]] = []
    run_dbt = building._run_dbt

    def counted(settings: Settings, command: Sequence[str], *more: Any) -> tuple[BuiltNode, ...]:
        commands.append(list(command))
        return run_dbt(settings, command, *more)

    monkeypatch.setattr(building, "_run_dbt", counted)
    return commands


def test_a_script_and_dbt_build_equal_tables(lake: Lake, scripts: Path, by_dbt: list[list[str]]):
    documents = sample_documents()
    lake.analyse(documents[:5])
    build(lake)
    lake.analyse(documents[5:7])
    lake.reject("unreadable")
    build(lake)
    lake.analyse([changed(documents[1], revision=2, user_email="other@corrected.example"), documents[8]])
    result = build(lake)
    by_script = content(lake.settings, volatile=True)
    assert by_dbt == []
    build(lake, full_refresh=True)
    assert len(by_dbt) == 1
    assert content(lake.settings, volatile=True) == by_script
    tests = [node for node in result.nodes if node.resource_type == "test"]
    assert len(tests) > 50
    assert {node.status for node in tests} == {"pass"}


def test_a_test_that_fails_names_its_sessions(lake: Lake, scripts: Path, by_dbt: list[list[str]]):
    documents = sample_documents()
    _build_each(lake, documents[:1])
    path, script = _live(scripts)
    doubled = tuple(
        replace(node, statements=(*node.statements, node.statements[-1])) if node.built.name == "sessions" else node
        for node in script.nodes
    )
    keep_script(path, BuildScript(script.schemas, doubled))
    lake.analyse([documents[2]])
    failed = [node for node in build(lake).nodes if node.failures]
    assert by_dbt == []
    assert "unique_sessions_session_id" in {node.name for node in failed}
    assert documents[2].session_id in {name for node in failed for name in node.failing_sessions.split(", ")}


def test_dbt_builds_when_a_statement_fails_and_leaves_a_new_script(lake: Lake, scripts: Path, by_dbt: list[list[str]]):
    """What the script did before that statement is undone."""
    documents = sample_documents()
    _build_each(lake, documents[:1])
    path, script = _live(scripts)
    failing = replace(script.nodes[-1], statements=("insert into missing values (1)",))
    keep_script(path, BuildScript(("create table once (at_all integer)",), (*script.nodes, failing)))
    _build_each(lake, documents[2:3])
    assert len(by_dbt) == 1
    assert rows(lake.settings, "select count(*) from sessions") == [(2,)]
    assert rows(lake.settings, "select count(*) from duckdb_tables() where table_name = 'once'") == [(0,)]
    _build_each(lake, documents[3:4])
    assert len(by_dbt) == 1


def _build_each(lake: Lake, documents: Sequence[SessionDocument]) -> None:
    for document in documents:
        lake.analyse([document])
        build(lake)


def _live(scripts: Path) -> tuple[Path, BuildScript]:
    """The script of a build into a warehouse that exists."""
    [path] = [path for path in scripts.iterdir() if "delete from" in path.read_text()]
    script = read_script(path)
    assert script
    return path, script


def test_a_script_holds_no_path_of_a_home(recorded: Path):
    kept = [path.read_text() for path in recorded.iterdir()]
    assert len(kept) == 2
    assert not [text for text in kept if str(recorded.parent) in text]
