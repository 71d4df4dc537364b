"""Keep the SQL of a build as dbt ran it, and run it again without dbt.

dbt takes several times as long to prepare a build of one call as DuckDB to run it, and its import takes seconds. The SQL of two
builds of one project differs in nothing but their inputs (``build_inputs``), so what dbt executed once is kept: a script. dbt
remains the only author of the warehouse's SQL. Where there is no script yet, or a statement of it fails, dbt builds.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
from pydantic import TypeAdapter, ValidationError

from contract.platform.atomic_file import replace_file
from contract.platform.settings import Settings
from orchestration.warehouse.build_inputs import Inputs
from orchestration.warehouse.build_result import BuiltNode
from orchestration.warehouse.environment import lake_root
from orchestration.warehouse.project import PROJECT, project_hash

_COMMENT = re.compile(r"\s*/\* \{.*?\} \*/\s*", re.DOTALL)
"""What dbt writes before each statement: which node it belongs to."""
_INPUT = re.compile(r"(/\*input:(\w+)\*/).*?(/\*end\*/)", re.DOTALL)
_CHANGES = ("create", "insert", "delete", "update", "alter", "drop", "comment", "copy", "load", "set")
"""First words of the statements that are kept; with the others dbt asks the database about its tables."""
_ASKS = ("select", "with")
"""First words of what is kept of a test."""
_ABRIDGED = "..."
"""What dbt appends to the statements of a seed, of which it reports the first 512 characters: theirs are shorter."""
_DIGITS = 16
"""Hexadecimal digits of each hash in a file's name."""


@dataclass(frozen=True)
class ScriptNode:
    """The statements of one model, seed, test or hook; ``built`` is the result it had when it was recorded."""

    built: BuiltNode
    statements: tuple[str, ...]


@dataclass(frozen=True)
class BuildScript:
    """A build in the order in which dbt ran it; ``schemas`` are the statements before its first node."""

    schemas: tuple[str, ...]
    nodes: tuple[ScriptNode, ...]


_JSON = TypeAdapter(BuildScript)


class StatementRecorder:
    """Collect the statements of a build; an instance is a callback of dbt's runner."""

    def __init__(self) -> None:
        self._statements: defaultdict[str, list[str]] = defaultdict(list)

    def __call__(self, event: Any) -> None:
        if event.info.name == "SQLQuery":
            statement = _COMMENT.sub("", event.data.sql, count=1).strip()
            self._statements[event.data.node_info.unique_id].append(statement.removesuffix(_ABRIDGED).rstrip())

    def script(self, built: Iterable[BuiltNode]) -> BuildScript:
        """Return the script of the build that had these results."""
        nodes = tuple(ScriptNode(node, self._kept(node.unique_id, node.resource_type)) for node in built)
        return BuildScript(self._kept("", "model"), nodes)

    def _kept(self, unique_id: str, resource_type: str) -> tuple[str, ...]:
        words = _ASKS if resource_type == "test" else _CHANGES
        kept = (statement for statement in self._statements[unique_id] if statement.lower().startswith(words))
        return tuple(_INPUT.sub(r"\1\3", statement) for statement in kept)


def script_path(settings: Settings, selection: Sequence[str]) -> Path:
    """Return where the script of a build is kept: beside the manifest, under what determines it."""
    remote = lake_root(settings.store_uri).startswith("s3://")
    build = (*selection, settings.business_tz, remote, settings.warehouse_path.exists(), PROJECT)
    return PROJECT / "target" / f"build.{project_hash()[:_DIGITS]}.{sha256(repr(build).encode()).hexdigest()[:_DIGITS]}.json"


def read_script(path: Path) -> BuildScript | None:
    """Return the script that is kept at ``path``; None when there is none."""
    try:
        return _JSON.validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def keep_script(path: Path, script: BuildScript) -> None:
    """Keep the script, and remove those of other versions of the project."""
    for older in path.parent.glob("build.*.json"):
        if older.name.split(".")[1] != path.name.split(".")[1]:
            older.unlink(missing_ok=True)
    replace_file(path, _JSON.dump_json(script))


def run_script(warehouse: duckdb.DuckDBPyConnection, script: BuildScript, inputs: Inputs) -> tuple[BuiltNode, ...]:
    """Run a build in one transaction and return its results; raises ``duckdb.Error``, and then nothing of it was done."""
    warehouse.begin()
    try:
        for statement in script.schemas:
            warehouse.execute(statement)
        built = tuple(_run(warehouse, node, inputs) for node in script.nodes)
    except duckdb.Error:
        warehouse.rollback()
        raise
    warehouse.commit()
    return built


def _run(warehouse: duckdb.DuckDBPyConnection, node: ScriptNode, inputs: Inputs) -> BuiltNode:
    began = time.perf_counter()
    for statement in node.statements:
        warehouse.execute(_INPUT.sub(lambda found: f"{found[1]}{inputs[found[2]]}{found[3]}", statement))
    seconds = time.perf_counter() - began
    if node.built.resource_type != "test":
        return replace(node.built, seconds=seconds)
    failures = warehouse.fetchall()[0][0]
    status, message = ("warn", f"Got {failures} results, configured to warn if != 0") if failures else ("pass", "")
    return replace(node.built, seconds=seconds, failures=failures, status=status, message=message)
