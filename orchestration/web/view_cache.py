"""Keep what was read and drawn for one version, so that the same widget with the same filters and role is read and drawn once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Kept = TypeVar("Kept")
_AT_MOST = 2048  # views in memory, some 20 kB each with their drawings


class ViewCache(Generic[Kept]):
    """The views used last, for all threads. Two that ask for the same at once may both make it: the result is the same."""

    def __init__(self, at_most: int = _AT_MOST) -> None:
        self._at_most = at_most
        self._views: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Kept | None:
        with self._lock:
            if key in self._views:
                self._views.move_to_end(key)
            return self._views.get(key)

    def put(self, key: Hashable, view: Kept) -> None:
        with self._lock:
            self._views[key] = view
            self._views.move_to_end(key)
            while len(self._views) > self._at_most:
                self._views.popitem(last=False)
