"""Find the documents of a burst that may be hot leads, by what the live agent noted, so that they are not analysed last.

It is a guess that only orders work: the analysis says what a lead is. A document that cannot be read is simply not hot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from contract.document.decompression import decompressed
from contract.document.parsing import parsed
from contract.document.tier import qualification_tier
from contract.platform.failures import VoiceError
from contract.platform.store import Store
from contract.rejections import Rejected

BURST = 50
"""Pending documents from which their order matters: fewer are published at the same time anyway."""
PEEKED = 1000
"""Documents of a burst that are looked into: half a second of one processor."""
LARGEST_PEEKED = 2**20
"""Bytes of a stored document that is looked into: a call of an hour has a tenth of it, so only odd ones are passed over."""
FIRST = 25
"""Hot documents at most that get a run of their own, which takes seconds; more of them are merely put first."""
_READERS = 8
"""Documents fetched at the same time: reading waits for the store's answers."""


def hot_keys(store: Store, keys: Sequence[str]) -> list[str]:
    """Return those of the documents that look like hot leads, in the order given."""
    with ThreadPoolExecutor(_READERS) as pool:
        hot = pool.map(lambda key: _is_hot(store, key), keys)
        return [key for key, is_hot in zip(keys, hot, strict=True) if is_hot]


def _is_hot(store: Store, key: str) -> bool:
    try:
        return looks_hot(parsed(decompressed(store.get(key))))
    except (KeyError, Rejected, VoiceError, RecursionError, MemoryError):
        return False


def looks_hot(document: Mapping[str, Any]) -> bool:
    """Return whether the agent booked a meeting for a caller whose noted signals are those of Tier 1 (spec 1.4)."""
    signals, tools = document.get("discovered_signals"), document.get("tool_calls")
    if not isinstance(signals, dict) or not isinstance(tools, list):
        return False
    needs = signals.get("integration_needs")
    named = [need for need in needs if isinstance(need, str)] if isinstance(needs, list) else []
    tier = qualification_tier(_count(signals.get("team_size")), _count(signals.get("monthly_volume")), named)
    booked = any(isinstance(used, dict) and used.get("tool") == "book_sales_meeting" and used.get("success") for used in tools)
    return tier == "Tier 1" and booked


def _count(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
