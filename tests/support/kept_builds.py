"""The warehouses that dbt built in this session of pytest, each kept under the hash of what it was built from.

A build costs dbt seconds however few the calls, and dozens of tests begin with the same ones. What a build leaves depends on the
lake, the ledger, the evaluations and the warehouse before it, so a test that only needs a warehouse copies the file that the first
build from the same inputs left. Tests of the build itself call ``builds.build``, which never copies.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from orchestration.state.builds import begin_build, choose_build_id, end_build, latest_change
from orchestration.state.tables import ALERTS, BUILD_BATCH, DELIVERY_LOG, DOCUMENTS, LIVE_SAMPLES, REJECTIONS
from orchestration.warehouse.lock import exclusive, warehouse_lock
from orchestration.warehouse.mark import write_mark
from tests.support.builds import build
from tests.support.lake_samples import Lake

WAREHOUSE_IS_MADE_OF = (DOCUMENTS, REJECTIONS, ALERTS, BUILD_BATCH, DELIVERY_LOG, LIVE_SAMPLES)
_FILES = ("warehouse.duckdb", "built_by")
_FRESH = "no warehouse"


class KeptBuilds:
    """``folder`` is shared by all workers of one session of pytest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._left: dict[Path, tuple[str, tuple[int, int]]] = {}

    def build(self, lake: Lake) -> bool:
        """Build what is due, or copy the same build; True when it was copied."""
        before = self._before(lake)
        if before is None:
            build(lake)
            return False
        key = build_key(lake, before)
        kept = self._folder / key
        with exclusive(self._folder / f"{key}.lock", "this build", "Run the tests again."):
            copied = kept.exists()
            if copied:
                _copy_build(lake, kept)
            else:
                build(lake)
                _keep(lake, kept)
        self._left[lake.settings.warehouse_path] = (key, _stamp(lake))
        return copied

    def _before(self, lake: Lake) -> str | None:
        """The key of the build that left the present warehouse; None when anything else has written to it since."""
        path = lake.settings.warehouse_path
        if not path.exists():
            return _FRESH
        key, stamp = self._left.get(path, ("", (0, 0)))
        return key if stamp == _stamp(lake) else None


_of_session: list[KeptBuilds] = []


def keep_builds_in(folder: Path) -> None:
    """Called once by each worker, before its first build."""
    folder.mkdir(parents=True, exist_ok=True)
    _of_session[:] = [KeptBuilds(folder)]


def built(lake: Lake) -> None:
    """Bring the warehouse up to what the ledger says is due: by dbt the first time, by a copy of what it left after that."""
    [kept] = _of_session
    kept.build(lake)


def build_key(lake: Lake, before: str) -> str:
    """The hash of everything a build of this home reads but the dbt project, of which a session of pytest sees one state."""
    digest = sha256(f"{before} {lake.settings.business_tz}".encode())
    for name, content in _inputs(lake):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _inputs(lake: Lake) -> Iterator[tuple[str, bytes]]:
    for folder in (lake.settings.home / "store" / "lake", lake.settings.evaluations_dir):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            yield path.relative_to(lake.settings.home).as_posix(), path.read_bytes()
    with lake.state.reading() as connection:
        for table in WAREHOUSE_IS_MADE_OF:
            yield table.name, repr(sorted(map(repr, connection.execute(select(table)).all()))).encode()


def _copy_build(lake: Lake, kept: Path) -> None:
    """The build's file, and the ledger's note of it."""
    with warehouse_lock(lake.settings):
        with lake.state.writing() as connection:
            begin_build(connection)
            seen = latest_change(connection)
            build_id, _ = choose_build_id(connection, None)
        for name in _FILES:
            shutil.copyfile(kept / name, lake.settings.warehouse_path.with_name(name))
        write_mark(lake.settings, build_id)
        with lake.state.writing() as connection:
            end_build(connection, seen, build_id)


def _keep(lake: Lake, kept: Path) -> None:
    draft = kept.with_suffix(".draft")
    draft.mkdir()
    for name in _FILES:
        shutil.copyfile(lake.settings.warehouse_path.with_name(name), draft / name)
    draft.rename(kept)


def _stamp(lake: Lake) -> tuple[int, int]:
    status = lake.settings.warehouse_path.stat()
    return status.st_mtime_ns, status.st_size
