"""Keep what a delivered folder says beside its documents: when each was known, and samples of the platform at the time.

A store knows when an object arrived, which for a delivered history is today. Alert rules are tried on such a history as of when
each call was known then, so ``voice deliver`` keeps these files too. They lie under their content's hash: delivering a folder again
changes nothing, and two histories lie side by side.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from contract.document.keys import history_key, history_prefix
from contract.platform.failures import PermanentFailure
from contract.platform.store import Store

KNOWN_AT = "known_at.jsonl"
"""``session_id`` and ``known_at`` of each document."""
STARTS = "starts.jsonl"
"""Start markers, each with ``known_at``."""
SAMPLES = "samples.jsonl"
"""Queue, active calls, worker health, circuits and dead letters; a line holds until the next."""
HISTORY_FILES = (KNOWN_AT, STARTS, SAMPLES)

Entry = dict[str, Any]


def deliver_history(store: Store, paths: Iterable[Path]) -> list[str]:
    """Put the history files at the top of each folder into the store and return their keys; a folder without any gives none."""
    found = [path / name for path in paths for name in HISTORY_FILES if (path / name).is_file()]
    return [_kept(store, path) for path in found]


def history_entries(store: Store, name: str) -> Iterator[Entry]:
    """Yield the lines of every kept file of this name, one of ``HISTORY_FILES``. Raises ``PermanentFailure`` for a damaged one."""
    for kept in store.list(history_prefix(name)):
        try:
            yield from map(orjson.loads, gzip.decompress(store.get(kept.key)).splitlines())
        except (OSError, EOFError, ValueError) as error:
            raise PermanentFailure(f"{kept.key} is damaged.", "Remove it and deliver the folder it came from again.") from error


def _kept(store: Store, path: Path) -> str:
    content = path.read_bytes()
    key = history_key(path.name, sha256(content).hexdigest())
    store.put_if_absent(key, gzip.compress(content, mtime=0))
    return key
