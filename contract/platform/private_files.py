"""Keep what is made under ``VOICE_HOME`` from other users of the machine: it holds what callers said and who they are."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from contract.platform.settings import Settings

OWNER_ONLY = 0o077  # bits that are taken away: folders become 0700 and files 0600
OWNER_AND_GROUP = 0o027  # bits that are taken away: folders become 0750 and files 0640
_MADE = (
    *("state.db", "state.db-wal", "state.db-shm", "pseudonym.key", "web.key", "store", "warehouse", "published", "search"),
    *("reports", "evaluations", "spool", "serving", "sandbox", "dagster"),
)
"""What the platform makes in its home. Other things there, and the home itself if it existed before, are left as they are."""


def keep_private(settings: Settings) -> None:
    """Set the process's umask, and tighten what an earlier release or another umask left open. Call it before files are made.

    Each tree is walked only while its top is open, and the top comes last, so that an interrupted walk is repeated.
    """
    taken_away = OWNER_AND_GROUP if settings.group_may_read else OWNER_ONLY
    os.umask(taken_away)
    for name in _MADE:
        top = settings.home / name
        if _is_open(top, taken_away):
            for path in top.rglob("*"):
                _tighten(path, taken_away)
            _tighten(top, taken_away)


def _is_open(path: Path, taken_away: int) -> bool:
    try:
        return bool(path.lstat().st_mode & taken_away) and not path.is_symlink()
    except OSError:
        return False


def _tighten(path: Path, taken_away: int) -> None:
    """Take the bits away; a file of another user, or one that is gone by now, is passed over."""
    if _is_open(path, taken_away):
        with contextlib.suppress(OSError):
            path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~taken_away)
