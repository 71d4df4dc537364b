"""What a published warehouse says, in a form two warehouses can be compared by."""

from __future__ import annotations

from contract.platform.settings import Settings
from orchestration.warehouse.reader import open_published

MOMENTS = {"analyzed_at", "updated_at", "analysed_at", "discovered_at", "rejected_at"}
BOOKKEEPING = {"run_id", "analysis_seq", "built_seq", "change_seq"}
VOLATILE = MOMENTS | BOOKKEEPING


def content(settings: Settings) -> dict[str, list[str]]:
    """Every table's rows as sorted text, without the columns that tell when and by which run they were made."""
    with open_published(settings) as connection:
        columns = connection.execute(
            "select table_name, list(column_name order by ordinal_position) from information_schema.columns"
            " where table_schema = 'main' group by table_name order by table_name"
        ).fetchall()
        found: dict[str, list[str]] = {}
        for table, names in columns:
            kept = ", ".join(f'"{name}"' for name in names if name not in VOLATILE)
            found[table] = sorted(str(row) for row in connection.execute(f'select {kept} from "{table}"').fetchall())
    return found
