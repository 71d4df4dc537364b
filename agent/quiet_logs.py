"""Remove personal data from logs: LiveKit marks callers' words and tools' arguments by a ``pii`` part in a field's name, and
logs them at WARNING too (a tool called with wrong arguments). A participant's identity is whatever the join token's writer chose.
"""

from __future__ import annotations

import logging

_MARK = "pii"
_IDENTITIES = ("participant", "participant_identity")
_LOGGERS = ("livekit", "livekit.agents", "livekit.plugins")


class WithoutPersonalData(logging.Filter):
    """Pass every record, without its marked fields."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name in [name for name in vars(record) if _MARK in name.split(".") or name in _IDENTITIES]:
            delattr(record, name)
        return True


_filter = WithoutPersonalData()


def keep_personal_data_out_of_logs() -> None:
    """Install the filter in this process. Call it in every job process, and again after plugins were loaded; repeats do no harm."""
    known = [name for name in logging.root.manager.loggerDict if name.startswith("livekit.")]
    for name in {*_LOGGERS, *known}:
        logging.getLogger(name).addFilter(_filter)
