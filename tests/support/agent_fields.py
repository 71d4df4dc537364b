"""The fields that ``docs/agent.md`` lists, and their values in a document."""

from __future__ import annotations

import re
from typing import Any

from contract.document.session import SessionDocument
from contract.platform.settings import PROJECT_ROOT

_ROW = re.compile(r"^\| `([a-z0-9_.]+)` \| (.+) \| (written|spoken|server) \|$")


def documented() -> dict[str, str]:
    """Field to how it is filled, from the table."""
    lines = (PROJECT_ROOT / "docs" / "agent.md").read_text().splitlines()
    return {row.group(1): row.group(3) for line in lines if (row := _ROW.match(line))}


def values(document: SessionDocument, field: str) -> list[Any]:
    """Every value a document has for a field, through lists and tools."""
    group, _, name = field.rpartition(".")
    found: list[Any] = [document]
    if group in ("unleash_search_knowledge", "book_sales_meeting"):
        found = [call for call in document.tool_calls if call.tool == group]
    else:
        for part in group.split(".") if group else []:
            found = [inner for one in found for inner in _several(getattr(one, part))]
    return [value for one in found if (value := getattr(one, name)) is not None and value not in ("", ())]


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple) else [value]
