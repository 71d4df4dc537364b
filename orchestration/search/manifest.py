"""Keep the list of files that make up the present search index, replaced in one step as the published warehouse's are."""

from __future__ import annotations

from pathlib import Path

from pydantic import AwareDatetime, BaseModel

from orchestration.warehouse.manifest import MANIFEST

PARTS = ("calls", "utterances", "postings")


class Shard(BaseModel):
    """The index of one month of calls: a folder of Parquet files, what they were made of, and how much is in them."""

    folder: str
    fingerprint: str
    sessions: int
    words: int

    def paths(self, root: Path) -> dict[str, str]:
        return {part: str(root / self.folder / f"{part}.parquet") for part in PARTS}


class SearchManifest(BaseModel):
    """``shards`` by month (``2026-11``); ``retired`` folders with the moment (seconds since 1970) each left the manifest."""

    version: int
    built_at: AwareDatetime
    shards: dict[str, Shard]
    retired: dict[str, float] = {}

    def folders(self) -> set[str]:
        return {shard.folder for shard in self.shards.values()}


def read_search_manifest(folder: Path) -> SearchManifest | None:
    """Return the manifest, or None before the first index is built."""
    try:
        return SearchManifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return None
