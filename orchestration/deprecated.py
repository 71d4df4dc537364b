"""List names of the previous release that people and databases may still use. The next release removes them."""

from __future__ import annotations

from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {"replay-stand-ins": "replay-fallbacks"}
"""Former commands of ``voice`` and their present names."""
