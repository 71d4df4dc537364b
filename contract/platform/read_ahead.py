"""Work on a sequence in threads, a bounded number of items ahead, with the results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar
from zlib import crc32

Item = TypeVar("Item")
Result = TypeVar("Result")


def read_ahead(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    threads: int,
    *,
    turn: Callable[[Item], str] | None = None,
) -> Iterator[Result]:
    """Yield ``work(item)`` for each item in order; at most twice as many as there are ``threads`` are begun and not yet taken.

    Items of the same ``turn`` are worked on one after the other, in their order. What ``work`` raises is raised here at its item;
    items after it that were not begun are left. The input is consumed as results are, so it may be endless.
    """
    pools = [ThreadPoolExecutor(1) for _ in range(threads)] if turn else [ThreadPoolExecutor(threads)]
    begun: deque[Future[Result]] = deque()
    try:
        for item in items:
            if len(begun) == 2 * threads:
                yield begun.popleft().result()
            pool = pools[crc32(turn(item).encode()) % threads] if turn else pools[0]
            begun.append(pool.submit(work, item))
        while begun:
            yield begun.popleft().result()
    finally:
        for pool in pools:
            pool.shutdown(cancel_futures=True)
