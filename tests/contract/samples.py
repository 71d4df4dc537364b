"""The sample documents of the repository, and the moment the tests read them at."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
CALLS = sorted((SAMPLES / "calls").glob("*.json"))
LEGACY_ROOT = SAMPLES / "legacy_sessions"
LEGACY = sorted(path for path in LEGACY_ROOT.rglob("*.json*") if path.is_file())
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def legacy(part_of_name: str) -> Path:
    """The one older document whose file name holds this."""
    (found,) = (path for path in LEGACY if part_of_name in path.name)
    return found


def raw(path: Path) -> dict[str, Any]:
    """What the file says, before any reading."""
    body = path.read_bytes()
    return json.loads(gzip.decompress(body) if path.suffix == ".gz" else body)


def store_key(path: Path) -> str:
    """The older bucket is laid out like ``sessions/``."""
    return f"sessions/{path.relative_to(LEGACY_ROOT).as_posix()}"


def as_bytes(document: object) -> bytes:
    return json.dumps(document).encode()
