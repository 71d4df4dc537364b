"""A thousand published calls in seconds: sample calls under other names, with the reports of the originals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contract.document.session import SessionDocument
from orchestration.warehouse.publish import publish
from tests.support import lake_samples
from tests.support.builds import build
from tests.support.lake_samples import NOW, Lake, changed, sample_documents

ORIGINALS = 12


def publish_many(lake: Lake, count: int, patch: pytest.MonkeyPatch) -> list[SessionDocument]:
    """``count`` calls of the last three weeks by callers of their own, every tenth by the caller before."""
    originals = sample_documents()[:ORIGINALS]
    reports = [lake_samples.reports_of(document.model_dump_json()) for document in originals]
    documents = [_copy(originals[number % ORIGINALS], number) for number in range(count)]
    of_copy = {document.model_dump_json(): reports[number % ORIGINALS] for number, document in enumerate(documents)}
    patch.setattr(lake_samples, "reports_of", of_copy.__getitem__)
    lake.analyse(documents)
    build(lake)
    publish(lake.settings)
    return documents


def _copy(original: SessionDocument, number: int) -> SessionDocument:
    start = NOW - timedelta(days=21) + timedelta(minutes=number * 20 % (20 * 24 * 60))
    caller = number - 1 if number % 10 == 9 else number
    return changed(
        original,
        session_id=f"many_{number:05d}",
        start_time=start,
        end_time=start + timedelta(seconds=original.duration_seconds),
        participant_id=f"PA_{caller:05d}",
        user_email=f"caller{caller}@company{caller}.example",
    )
