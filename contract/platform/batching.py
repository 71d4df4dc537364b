"""Cutting a long sequence into batches, each within a number of items and a total size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def batches(
    items: Iterable[Item], at_most: int, *, size: Callable[[Item], int] = lambda item: 0, max_size: int = 0
) -> Iterator[list[Item]]:
    """Yield lists of at most ``at_most`` items whose sizes add up to at most ``max_size``, in order.

    ``size`` and ``max_size`` share any unit (bytes, characters). An item larger than ``max_size`` is a batch of its own. The input
    is consumed as the batches are, so it may be endless.
    """
    batch: list[Item] = []
    total = 0
    for item in items:
        length = size(item)
        if batch and (len(batch) >= at_most or total + length > max_size):
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += length
    if batch:
        yield batch
