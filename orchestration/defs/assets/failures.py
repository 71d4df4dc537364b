"""Record the sessions that make an analysis fail, with the reason; the other sessions of the batch continue."""

from collections.abc import Mapping

from orchestration.intake.batch import Batch
from orchestration.intake.reading import copy_rejected
from orchestration.resources import Platform
from orchestration.state.failed_analyses import record_failed


def park_failed(platform: Platform, batch: Batch, failures: Mapping[str, str]) -> None:
    """Take the sessions of ``failures`` (session id to a detail free of personal data) out of the batch.

    One that was analysed before keeps that analysis; any other is rejected.
    """
    if not failures:
        return
    details = {d.store_key: failures[d.session_id] for d in batch.documents if d.session_id in failures}
    with platform.state.writing() as connection:
        failed = record_failed(connection, batch.run_id, details, platform.now())
    if failed.rejected:
        copy_rejected(platform.store, platform.state)
