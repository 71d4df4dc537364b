"""Every failure the platform raises on purpose, with a verdict on what may be done about it.

``TransientFailure``: try again with backoff. ``PermanentFailure``: park the item with its reason and go on with the rest.
``ConfigurationFailure``: stop at once and name the setting. Messages carry session ids and keys, never personal data, and
end with what to do.
"""

from __future__ import annotations


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
