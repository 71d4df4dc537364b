"""Read and replace the manifest of the published warehouse, which lists the files of the present version."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from pydantic import AwareDatetime, BaseModel

from contract.platform.atomic_file import replace_file

MANIFEST = "manifest.json"


class PartitionFile(BaseModel):
    """The file of one table and partition, with its fingerprint."""

    path: str
    fingerprint: str


class Manifest(BaseModel):
    """The files of one version. Paths are relative to the published folder; ``root`` is its path, which the views contain.

    ``retired`` are files of earlier versions with the time (seconds since 1970) each left the manifest.
    """

    version: int
    published_at: AwareDatetime | None = None
    root: str
    database: str
    small_fingerprint: str
    tables: dict[str, dict[str, PartitionFile]]
    retired: dict[str, float] = {}

    @property
    def content_hash(self) -> str:
        """Return a hash of the version's content; unlike ``version`` it is the same when a lost folder is published again."""
        made_of = {table: {name: file.fingerprint for name, file in files.items()} for table, files in self.tables.items()}
        return sha256(json.dumps([self.small_fingerprint, made_of], sort_keys=True).encode()).hexdigest()

    def files(self) -> set[str]:
        return {self.database} | {file.path for days in self.tables.values() for file in days.values()}


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest, or None when nothing has been published yet."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return None


def replace_manifest(folder: Path, manifest: BaseModel) -> None:
    """Replace the manifest: readers see the old version or the new one, never something between."""
    replace_file(folder / MANIFEST, manifest.model_dump_json(indent=1), sync=True)
