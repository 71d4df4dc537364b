"""Describe the result of a build, node by node, without personal data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from contract.platform.failures import PermanentFailure

_FINE = frozenset({"success", "pass", "warn", "no-op"})
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_LONGEST = 500
"""Characters of a message kept: the error and where it is, without the compiled SQL that follows it."""


@dataclass(frozen=True)
class BuiltNode:
    """The result of one model, test, seed or hook. ``rows`` of a model is the size of its table after the build.

    ``failures`` of a test is the number of offending rows; whether it only ``warns`` is declared in the test.
    """

    unique_id: str
    resource_type: str
    status: str
    seconds: float
    rows: int | None
    failures: int | None
    message: str
    failing_sessions: str
    query: str | None
    warns: bool = False
    tested: tuple[str, str] | None = None
    """Table and column that a generic test is about."""

    @classmethod
    def of(cls, result: Any) -> BuiltNode:
        """Convert dbt's ``RunResult``."""
        kind = str(result.node.resource_type)
        query = getattr(result.node, "compiled_code", None) if kind == "test" else None
        return cls(
            unique_id=result.node.unique_id,
            resource_type=kind,
            status=str(result.status),
            seconds=result.execution_time,
            rows=None,
            failures=result.failures,
            message=without_values(result.message or ""),
            failing_sessions="none",
            query=query,
            tested=_tested(result.node) if kind == "test" else None,
            warns=kind == "test" and result.node.config.meta.get("check_severity") == "warn",
        )

    @property
    def name(self) -> str:
        return self.unique_id.split(".")[2]

    @property
    def succeeded(self) -> bool:
        return self.status in _FINE

    @property
    def remedy(self) -> str:
        if self.status in ("pass", "success", "no-op"):
            return "nothing"
        if self.resource_type == "test":
            return "'voice explain SESSION' shows one; remove the warehouse folder, then 'voice run' rebuilds the tables."
        return "Fix what the message says, then 'voice run'."


def _tested(node: Any) -> tuple[str, str] | None:
    attached, column = getattr(node, "attached_node", None), getattr(node, "column_name", None)
    return (attached.split(".")[-1], column) if attached and column else None


@dataclass(frozen=True)
class BuildResult:
    full_refresh: bool
    nodes: tuple[BuiltNode, ...]
    quarantined: tuple[str, ...] = ()
    """Keys of lake parts that were damaged and moved into quarantine, before the build was repeated."""

    @property
    def failed(self) -> list[str]:
        """Return the names of nodes that failed or were skipped because of one that did."""
        return [node.name for node in self.nodes if not node.succeeded]

    @property
    def success(self) -> bool:
        return not self.failed


def fail_unless_built(result: BuildResult) -> None:
    """Raise ``PermanentFailure`` that names the models that could not be built; a test that fails is none of them."""
    if not result.success:
        failed = ", ".join(result.failed) or "the warehouse"
        raise PermanentFailure(f"dbt could not build {failed}.", "Fix what the messages above say, then run again.")


def without_values(message: str) -> str:
    """Remove everything quoted from a message: a database quotes the values that it cannot process."""
    return _QUOTED.sub("'...'", message).strip()[:_LONGEST]
