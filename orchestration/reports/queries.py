"""The report's queries, ``sql/*.sql``."""

from __future__ import annotations

from pathlib import Path

from orchestration.warehouse.queries import Row, SqlFolder

__all__ = ["Row", "row", "rows"]

_QUERIES = SqlFolder(Path(__file__).parent / "sql")
rows, row = _QUERIES.rows, _QUERIES.row
