"""Send the changes of one version to PostgreSQL: delete what has changed, then append it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.postgres.changes import KEYS, ChangedPartitions, count_of, find_changes, in_postgres, months_of_changes
from orchestration.postgres.copying import copy_rows
from orchestration.postgres.former import gone_rows, new_rows
from orchestration.postgres.tables import SCHEMA, SERVED, ServedTable, quoted
from orchestration.warehouse.partitions import PARTITIONED
from orchestration.warehouse.selection import PublishedVersion

Columns = Mapping[str, dict[str, str]]
_FILES = frozenset(p.table for p in PARTITIONED)


@dataclass(frozen=True)
class Sending:
    """One delivery of changes. ``former`` is whether the version that PostgreSQL has is attached under that name."""

    version: PublishedVersion
    cursor: Any
    columns: Columns
    folder: Path
    changed: ChangedPartitions
    former: bool

    def send_changes(self, zone: str) -> tuple[int, int]:
        """Send everything; the numbers of rows sent and of sessions changed."""
        warehouse = self.version.connection
        find_changes(self.version, self.cursor, self.folder, zone, self.changed)
        for key in KEYS:
            keys = warehouse.execute(f"select {key} from changed_{key} where {key} is not null").fetchall()  # noqa: S608 - names of ours
            for table in SERVED:
                if table.renewed_by == key and keys:
                    self.cursor.execute(
                        f"delete from {SCHEMA}.{table.name} where {key} = any(%s){self._of_changed_months(table)}",  # noqa: S608 - ours
                        ([value for (value,) in keys],),
                    )
        rows = sum(self._renew(table) if table.renewed_by == "whole" else self._append(table) for table in SERVED)
        return rows, count_of(warehouse, "session_id")

    def _of_changed_months(self, table: ServedTable) -> str:
        """Scores of a lead's calls in other months are as they were."""
        if table.name != "lead_scores":
            return ""
        return f" and ({in_postgres('start_time', 'month', self.changed.of(table.name, ()))})"

    def _append(self, table: ServedTable) -> int:
        key, source = table.renewed_by, table.name
        if table.name in _FILES:
            months = months_of_changes(self.version.connection, key) if key in ("hour", "business_day") else ()
            source = self.version.rows_in(table.name, self.changed.of(table.name, months))
        rows = f"(from {source} semi join changed_{key} using ({key}))"
        return self._copy(table, self.columns[table.name], rows, f"{SCHEMA}.{table.name}")

    def _renew(self, table: ServedTable) -> int:
        """Replace the rows that differ from those of the former version; all of them when it is not there to compare."""
        columns, name = self.columns[table.name], f"{SCHEMA}.{table.name}"
        if not self.former or not table.primary_key:
            self.cursor.execute(f"delete from {name}")  # noqa: S608 - names of ours
            return self._copy(table, columns, table.name, name)
        keys = {column: columns[column] for column in table.primary_key}
        self.cursor.execute(f"create temp table gone on commit drop as select {quoted(keys)} from {name} limit 0")  # noqa: S608 - names of ours
        if self._copy(table, keys, gone_rows(table), "gone"):
            same = " and ".join(f't."{key}" = gone."{key}"' for key in keys)
            self.cursor.execute(f"delete from {name} as t using gone where {same}")  # noqa: S608 - names of ours
        self.cursor.execute("drop table gone")
        return self._copy(table, columns, new_rows(table), name)

    def _copy(self, table: ServedTable, columns: Mapping[str, str], rows: str, target: str) -> int:
        return copy_rows(self.version.connection, self.cursor, table, columns, rows, self.folder, target)
