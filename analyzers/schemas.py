"""Generate JSON schemas of the nine reports from their models: ``python -m analyzers.schemas`` writes ``data/schemas/``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from analyzers.reports import REPORT_MODELS
from contract.platform.settings import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "data" / "schemas"


def schemas() -> dict[str, dict[str, Any]]:
    """Return each report's schema by report name, in its serialized form."""
    return {name: _ordered(model.model_json_schema(mode="serialization")) for name, model in REPORT_MODELS.items()}


def _ordered(part: object) -> Any:
    """Sort the values of each ``enum``: Python shares equal ``Literal`` types, so their order depends on the import order."""
    if isinstance(part, list):
        return [_ordered(entry) for entry in cast(list[object], part)]
    if not isinstance(part, dict):
        return part
    return {key: _sorted(value) if key == "enum" else _ordered(value) for key, value in cast(dict[str, object], part).items()}


def _sorted(values: object) -> object:
    return sorted(cast(list[object], values), key=str) if isinstance(values, list) else _ordered(values)


def written(schema: dict[str, Any]) -> str:
    """Return the text of a schema's file, sorted and indented so that a change shows as a readable diff."""
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / f"{name}.json").write_text(written(schema), encoding="utf-8")


if __name__ == "__main__":
    write()
