"""Keep what was made of the latest texts: agents say the same to many callers, and several reports read the same lines."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Keeps ``most`` values, the latest used, by a digest of their text, so that no words of a call stay in memory."""

    def __init__(self, make: Callable[[str], Value], most: int) -> None:
        self._make, self._most = make, most
        self._kept: OrderedDict[bytes, Value] = OrderedDict()
        self._lock = Lock()

    def of(self, text: str) -> Value:
        """Return the value of a text, made unless it is kept; what ``make`` raises is raised, and nothing is kept."""
        key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = self._make(text)
        with self._lock:
            self._kept[key] = made
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
