"""Write more than 2,000 rows by Bulk API 2.0: one job and a few requests, whatever the number of rows.

Only upserts and updates use it: a job continues when its client dies, so inserts would be created twice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from simple_salesforce.bulk2 import SFBulk2Handler

from contract.platform.batching import batches
from orchestration.destinations.salesforce.row_result import RowResult, result_of_bulk_error

ROWS = 2000
"""Rows above which a job takes fewer requests than collections."""
JOB_BYTES = 20_000_000
"""Bytes of a job, far within the vendor's limit of 150 MB: the library holds it about ten times while it sends it."""
NULL = "#N/A"
_POLL_SECONDS = 0.5  # between polls of a bulk job


def run_jobs(
    handler: SFBulk2Handler, sobject: str, operation: Literal["update", "upsert"], key: str, records: Sequence[Mapping[str, Any]]
) -> Iterator[list[RowResult]]:
    """Yield results in the order of the records, a list per job; ``key`` is ``Id`` or the external id."""
    for some in _jobs(records):
        job = getattr(handler, sobject)
        rows = [{name: NULL if value is None else value for name, value in record.items()} for record in _same_columns(some)]
        if operation == "upsert":
            [done] = job.upsert(records=rows, external_id_field=key, wait=_POLL_SECONDS)
        else:
            [done] = job.update(records=rows, wait=_POLL_SECONDS)
        yield _results(job, done["job_id"], key, some)


def _results(job: Any, job_id: str, key: str, records: Sequence[Mapping[str, Any]]) -> list[RowResult]:
    """Return the results of one job; a row in neither result list was not processed and is retried on the next run."""
    found: dict[str, RowResult] = {}
    for row in _rows(job.get_successful_records(job_id)):
        found[row[key]] = RowResult(True, row["sf__Id"])
    for row in _rows(job.get_failed_records(job_id)):
        found[row[key]] = result_of_bulk_error(row["sf__Error"])
    unprocessed = RowResult(False, code="UNPROCESSED", passing=True)
    return [found.get(str(record[key]), unprocessed) for record in records]


def _rows(text: str) -> Iterator[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    return iter(csv.DictReader(io.StringIO(text, newline="")))


def _same_columns(records: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield records with the same columns; an empty cell does not change a field."""
    names = list(dict.fromkeys(name for record in records for name in record))
    for record in records:
        yield {name: record.get(name, "") for name in names}


def _jobs(records: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    return batches(records, len(records), size=_approx_bytes, max_size=JOB_BYTES)


def _approx_bytes(record: Mapping[str, Any]) -> int:
    return sum(len(str(value).encode()) for value in record.values()) + 100
