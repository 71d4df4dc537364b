"""The search index as a follower of the publication."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from orchestration.resources import Platform
from orchestration.search.index import build_index, index_is_current


def index_transcripts(platform: Platform, day: date | None) -> dict[str, Any]:
    """Rebuild the index of months whose published calls changed."""
    began = time.monotonic()
    manifest = build_index(platform.settings)
    return {
        "version": manifest.version if manifest else 0,
        "months": len(manifest.shards) if manifest else 0,
        "sessions": sum(shard.sessions for shard in manifest.shards.values()) if manifest else 0,
        "seconds": round(time.monotonic() - began, 3),
    }


def index_is_outdated(platform: Platform, day: date | None) -> bool:
    """Return whether shards are missing or retired ones wait for their removal."""
    return not index_is_current(platform.settings)
