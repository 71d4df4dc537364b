"""Turn the rows of Salesforce's answers into outcomes of the changes they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from orchestration.delivery.items import Change, ItemOutcome
from orchestration.destinations.salesforce.row_result import RowResult


def outcomes(changes: Sequence[Change], results: Iterable[list[RowResult]]) -> Iterator[list[ItemOutcome]]:
    """Yield a list of outcomes per request; results are in the order of the changes."""
    at = 0
    for rows in results:
        yield [_outcome(change, row) for change, row in zip(changes[at : at + len(rows)], rows, strict=True)]
        at += len(rows)


def _outcome(change: Change, row: RowResult) -> ItemOutcome:
    if row.ok:
        return ItemOutcome(change.key, delivered=True, remote_id=row.remote_id)
    return ItemOutcome(change.key, delivered=False, permanent=not row.passing, code=row.code, reason=row.reason)
