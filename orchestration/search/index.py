"""Build the search index from the published warehouse: one shard a month, only months whose calls changed.

A version is complete before the manifest names it, and readers of the one before go on: a shard that left the manifest
stays for ten minutes, then goes with the next build, so that text which was erased or redacted leaves the disk too.
``FORMAT`` counts up whenever words are read or stored otherwise, and every month is then built again.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import duckdb

from contract.platform.failures import TransientFailure
from contract.platform.settings import Settings
from orchestration.search.manifest import SearchManifest, Shard, read_search_manifest
from orchestration.search.shard import write_shard
from orchestration.search.words import open_words
from orchestration.warehouse.lock import exclusive
from orchestration.warehouse.manifest import Manifest, PartitionFile, read_manifest, replace_manifest
from orchestration.warehouse.partitions import NO_PARTITION

KEEP_SECONDS = 600
"""How long a shard outlives the manifest that named it: a search that began before takes seconds, ten minutes leave room."""
SPILL_SECONDS = 3600
"""Age at which a spill folder counts as left by a killed process: no build of a month writes nothing for an hour."""
FORMAT = 1
"""Version of how words are read and stored, without a unit; it is part of every shard's fingerprint."""
_TABLES = ("sessions", "transcripts")


def index_is_current(settings: Settings) -> bool:
    """Return whether ``build_index`` has nothing to do: what is published is indexed, and no old shard waits to be removed."""
    published, present = read_manifest(settings.published_dir), read_search_manifest(settings.search_dir)
    if published is None:
        return True
    return present is not None and not _expired(present) and _same(settings, present, _fingerprints(published))


def build_index(settings: Settings) -> SearchManifest | None:
    """Bring the index up to the published warehouse; None before anything is published.

    The present manifest comes back when nothing changed. ``TransientFailure`` when the published files went away meanwhile
    or another process builds for too long.
    """
    folder = settings.search_dir.absolute()
    with exclusive(folder / ".lock", "the search index", "Wait for it to end, then run again."):
        published, present = read_manifest(settings.published_dir), read_search_manifest(folder)
        if published is None:
            return None
        wanted = _fingerprints(published)
        if present and not _expired(present) and _same(settings, present, wanted):
            return present
        version = present.version + 1 if present else 1
        manifest = SearchManifest(
            version=version, built_at=settings.clock(), shards=_shards(settings, published, present, wanted, version)
        )
        manifest = manifest.model_copy(update={"retired": _retired(present, manifest)})
        replace_manifest(folder, manifest)
        _remove_unreferenced(folder, manifest)
    return manifest


def _same(settings: Settings, present: SearchManifest, wanted: Mapping[str, str]) -> bool:
    return {month: shard.fingerprint for month, shard in _usable(settings, present).items()} == wanted


def _usable(settings: Settings, present: SearchManifest) -> dict[str, Shard]:
    """Return the shards whose files are all there."""
    folder = settings.search_dir
    return {m: shard for m, shard in present.shards.items() if all(Path(path).exists() for path in shard.paths(folder).values())}


def _partitions(published: Manifest, month: str) -> list[tuple[str, PartitionFile]]:
    """Return the published files of a month with their tables, whether a table is cut by day or by month."""
    return [(table, file) for table in _TABLES for name, file in sorted(published.tables[table].items()) if name.startswith(month)]


def _fingerprints(published: Manifest) -> dict[str, str]:
    """What each month's shard would be made of: its files' fingerprints and the way words are read."""
    months = sorted({name[:7] for name in published.tables["transcripts"] if name != NO_PARTITION})
    return {month: _fingerprint(published, month) for month in months}


def _fingerprint(published: Manifest, month: str) -> str:
    parts = [str(FORMAT), *(f"{table} {file.fingerprint}" for table, file in _partitions(published, month))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _shards(
    settings: Settings, published: Manifest, present: SearchManifest | None, wanted: Mapping[str, str], version: int
) -> dict[str, Shard]:
    folder, known = settings.search_dir.absolute(), _usable(settings, present) if present else {}
    shards = {month: shard for month, shard in known.items() if wanted.get(month) == shard.fingerprint}
    stale = sorted(wanted.keys() - shards.keys())
    if not stale:
        return shards
    with open_words(settings) as connection:
        for month in stale:
            name = f"{month}-{version:08d}"
            files = _partitions(published, month)
            sessions, transcripts = ([settings.published_dir / file.path for t, file in files if t == table] for table in _TABLES)
            try:
                calls, words = write_shard(connection, month, sessions, transcripts, folder / name)
            except duckdb.IOException as error:
                raise TransientFailure(
                    "The published warehouse was replaced while it was indexed.", "Run 'voice run' again."
                ) from error
            shards[month] = Shard(folder=name, fingerprint=wanted[month], sessions=calls, words=words)
    return dict(sorted(shards.items()))


def _expired(manifest: SearchManifest) -> bool:
    return any(at <= time.time() - KEEP_SECONDS for at in manifest.retired.values())


def _retired(present: SearchManifest | None, manifest: SearchManifest) -> dict[str, float]:
    if present is None:
        return {}
    left = dict.fromkeys(present.folders() - manifest.folders(), time.time())
    return left | {name: at for name, at in present.retired.items() if at > time.time() - KEEP_SECONDS}


def _remove_unreferenced(folder: Path, manifest: SearchManifest) -> None:
    """Shards that left the manifest long enough ago, and what a crash wrote for a version that never came or left spilled."""
    kept = manifest.folders() | manifest.retired.keys()
    shards = [path for path in folder.glob("????-??-*") if path.name not in kept]
    spilled = [path for path in folder.glob("spill/*") if _older(path, SPILL_SECONDS)]
    for path in [*shards, *spilled]:
        shutil.rmtree(path, ignore_errors=True)


def _older(path: Path, seconds: float) -> bool:
    """Return whether nothing was written in the folder for so long; False when its query has just ended and removed it."""
    try:
        return path.stat().st_mtime < time.time() - seconds
    except FileNotFoundError:
        return False
