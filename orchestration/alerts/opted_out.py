"""Read from the published warehouse who asked in an earlier call not to be called: no alert asks anybody to call them."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing

import duckdb

from contract.platform.failures import VoiceError
from contract.platform.settings import Settings
from orchestration.warehouse.reader import open_published

_OPTED_OUT = "select lead_key from leads where do_not_call and list_contains(?, lead_key)"


def opted_out(settings: Settings, lead_keys: Collection[str]) -> frozenset[str]:
    """Return those of the leads that are not to be called.

    Empty when no version is published, can be opened or has the column yet: analysis goes on, and the next publication has it.
    """
    try:
        with closing(open_published(settings)) as connection:
            return frozenset(key for (key,) in connection.execute(_OPTED_OUT, [list(lead_keys)]).fetchall())
    except (VoiceError, duckdb.Error):
        return frozenset()
