"""Bulk API 2.0 ingest jobs (Bulk API 2.0 and Bulk API Developer Guide): created, uploaded, closed, polled, results as CSV."""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.salesforce.org import Org, RowError


@dataclass
class Job:
    job_id: str
    sobject: str
    operation: str
    key: str | None
    state: str = "Open"
    data: str = ""
    succeeded: list[dict[str, str]] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        counts = {"numberRecordsFailed": len(self.failed), "numberRecordsProcessed": len(self.failed) + len(self.succeeded)}
        return {"id": self.job_id, "object": self.sobject, "operation": self.operation, "state": self.state, **counts}


class Jobs:
    def __init__(self, org: Org) -> None:
        self._org = org
        self._jobs: dict[str, Job] = {}
        self._numbers = itertools.count(1)

    def create(self, request: dict[str, Any]) -> dict[str, Any]:
        job = Job(f"750{next(self._numbers):015d}", request["object"], request["operation"], request.get("externalIdFieldName"))
        self._jobs[job.job_id] = job
        return job.body()

    def upload(self, job_id: str, data: bytes) -> None:
        self._jobs[job_id].data = data.decode()

    def close(self, job_id: str) -> dict[str, Any]:
        job = self._jobs[job_id]
        job.state = "UploadComplete"
        return job.body()

    def look(self, job_id: str) -> dict[str, Any]:
        """The first look after closing finds it in progress, the second done."""
        job = self._jobs[job_id]
        if job.state == "InProgress":
            self._process(job)
            job.state = "JobComplete"
        elif job.state == "UploadComplete":
            job.state = "InProgress"
        return job.body()

    def results(self, job_id: str, kind: str) -> str:
        job = self._jobs[job_id]
        rows = {"successfulResults": job.succeeded, "failedResults": job.failed}.get(kind, [])
        if not rows:
            return ""
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue()

    def _process(self, job: Job) -> None:
        """An empty cell leaves a field alone, #N/A empties it."""
        csv.field_size_limit(10_000_000)
        for row in csv.DictReader(io.StringIO(job.data, newline="")):
            values = {name: None if value == "#N/A" else value for name, value in row.items() if value != ""}
            try:
                record_id, created = self._write(job, values)
                job.succeeded.append({"sf__Id": record_id, "sf__Created": str(created).lower(), **row})
            except RowError as error:
                job.failed.append({"sf__Id": "", "sf__Error": f"{error.code}:{error}:{' '.join(error.fields)}--", **row})

    def _write(self, job: Job, values: dict[str, Any]) -> tuple[str, bool]:
        org = self._org
        typed = {name: _typed(value, org.fields[job.sobject].get(name, {})) for name, value in values.items()}
        if job.operation == "upsert":
            return org.upsert(job.sobject, str(job.key), typed, org.integration_user_id)
        record_id = typed.pop("Id")
        org.update(job.sobject, record_id, typed, org.integration_user_id)
        return record_id, False


def _typed(value: Any, spec: Any) -> Any:
    if spec.get("type") == "Number" and isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value
