"""Batches end where the number of items or their total size would be exceeded."""

from __future__ import annotations

from itertools import count, islice

from contract.platform.batching import batches


def test_batches_hold_at_most_so_many_items_in_order():
    assert list(batches([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]
    assert list(batches([], 2)) == []


def test_a_batch_may_reach_the_total_size_but_not_exceed_it():
    assert list(batches(["aa", "bb", "c", "dd"], 10, size=len, max_size=4)) == [["aa", "bb"], ["c", "dd"]]


def test_an_item_larger_than_a_batch_stands_alone():
    assert list(batches(["a", "bbbbb", "c"], 10, size=len, max_size=4)) == [["a"], ["bbbbb"], ["c"]]


def test_an_endless_input_is_read_as_it_is_needed():
    assert list(islice(batches(count(), 3), 2)) == [[0, 1, 2], [3, 4, 5]]
