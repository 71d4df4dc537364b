"""List names of the previous release that people and databases may still use. The next release removes them."""

from __future__ import annotations

from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {"replay-stand-ins": "replay-fallbacks"}
"""Former commands of ``voice`` and their present names."""

STATE_COLUMNS: Mapping[str, Mapping[str, str]] = {"delivery_log": {"kept": "human_edited"}}
"""Former and present columns of the state database, by table; opening a database renames them."""
