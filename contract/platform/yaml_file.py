"""Read YAML files of this repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# libyaml, a tenth of the time of PyYAML's own parser. It does not bound nesting, so files of others are not read with it.
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def read_yaml(path: Path) -> Any:
    """Return the values of a UTF-8 file that we wrote; raises ``yaml.YAMLError`` when it is malformed, and ``OSError``."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - both are safe loaders
