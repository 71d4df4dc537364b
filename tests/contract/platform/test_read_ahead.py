"""Work in threads keeps the order of its items and stays within its bound."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from threading import Barrier, Event

import pytest

from contract.platform.read_ahead import read_ahead


def test_results_come_in_the_order_of_the_items_although_several_are_worked_on_at_once() -> None:
    together = Barrier(4, timeout=10)

    def work(number: int) -> int:
        together.wait()
        return number * 10

    assert list(read_ahead(work, range(40), threads=4)) == [number * 10 for number in range(40)]


def test_no_more_is_begun_than_twice_the_threads() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in count():
            taken.append(number)
            yield number

    results = read_ahead(lambda number: number, items(), threads=3)
    assert [next(results), next(results)] == [0, 1]
    assert len(taken) <= 2 + 2 * 3
    results.close()  # pyright: ignore[reportAttributeAccessIssue]


def test_a_failure_is_raised_at_its_item_after_the_results_before_it() -> None:
    results = read_ahead(lambda number: 1 // number, [1, 1, 0, 1], threads=2)
    assert [next(results), next(results)] == [1, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_items_of_one_turn_are_worked_on_in_their_order_and_others_meanwhile() -> None:
    done: list[str] = []
    other_done = Event()

    def work(item: str) -> str:
        if item == "a1":
            assert other_done.wait(10), "b1 waits for a1 although it is of another turn"
        done.append(item)
        if item == "b1":
            other_done.set()
        return item

    items = ["a1", "a2", "b1", "a3"]
    assert list(read_ahead(work, items, threads=8, turn=lambda item: item[0])) == items
    assert [item for item in done if item.startswith("a")] == ["a1", "a2", "a3"]
