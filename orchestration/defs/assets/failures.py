"""Reject a session that makes an analyzer fail, with the reason; the other sessions of the batch continue."""

from collections.abc import Mapping

from contract.rejections import RejectionReason
from orchestration.intake.batch import Batch
from orchestration.intake.reading import copy_rejected
from orchestration.resources import Platform
from orchestration.state.documents import documents_of
from orchestration.state.rejections import Rejection, record_rejected


def park_failed(platform: Platform, batch: Batch, failures: Mapping[str, str]) -> None:
    """Reject the sessions of ``failures`` (session id to a detail free of personal data)."""
    if not failures:
        return
    keys = [d.store_key for d in batch.documents if d.session_id in failures]
    with platform.state.reading() as connection:
        entries = documents_of(connection, keys)
    rejections = [
        Rejection(e.store_key, e.session_id, RejectionReason.ANALYSIS_FAILED, failures[e.session_id], e.doc_sha, e.size_bytes)
        for e in entries.values()
    ]
    with platform.state.writing() as connection:
        record_rejected(connection, rejections, platform.now())
    copy_rejected(platform.store, platform.state)
