"""Every failure the platform raises on purpose, with a verdict on what may be done about it.

``TransientFailure``: try again with backoff. ``PermanentFailure``: park the item with its reason and go on with the rest.
``ConfigurationFailure``: stop at once and name the setting. Messages carry session ids and keys, never personal data, and
end with what to do.
"""

from __future__ import annotations

import errno
import os
import re


class VoiceError(Exception):
    """Root of the tree: ``problem`` says what is wrong, ``remedy`` what to do about it."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy


class TransientFailure(VoiceError):
    """Worth another try: a time-out, a lock held by another process, a service that is briefly away."""


class PermanentFailure(VoiceError):
    """Never worth another try as it stands: the item is parked and the rest goes on."""


class ConfigurationFailure(VoiceError):
    """Nothing can go on until a setting, a file or a permission is fixed."""


_REMEDIES = {
    errno.ENOSPC: "Free space on the disk of VOICE_HOME and of the store, then run again: what was not finished is pending.",
    errno.EDQUOT: "Raise the quota of the disk of VOICE_HOME, then run again: what was not finished is pending.",
}

_DISK_FULL = re.compile("no space left on device|database or disk is full", re.IGNORECASE)
"""What libc, SQLite and DuckDB say of a full disk."""


def disk_full(message: str) -> PermanentFailure | None:
    """Return the failure when a message tells of a full disk: databases, and Dagster around a step, raise no ``OSError``."""
    if not _DISK_FULL.search(message):
        return None
    return PermanentFailure("The disk is full.", _REMEDIES[errno.ENOSPC])


def failure_of_system(error: OSError) -> VoiceError:
    """Turn what the operating system refused into a failure with a remedy; paths are left out, since names may be personal."""
    words = os.strerror(error.errno) if error.errno else type(error).__name__
    remedy = _REMEDIES.get(error.errno or 0, "Set VOICE_HOME to a folder that you may write, and check the paths given.")
    return ConfigurationFailure(f"The operating system refused a file or folder: {words}.", remedy)
