"""The page for readers says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.document.delivery import DeliveryOutcome
from contract.document.session import (
    Connection,
    DiscoveredSignals,
    Interruption,
    KnowledgeSearch,
    MeetingBooking,
    ReplyMetrics,
    SessionDocument,
    TranscriptItem,
    TurnTaking,
)
from contract.platform.ignored_keys import IGNORED_ENDINGS, IGNORED_NAMES
from contract.rejections import RejectionReason

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "contract.md").read_text()
MODELS = (
    SessionDocument,
    TranscriptItem,
    Interruption,
    TurnTaking,
    ReplyMetrics,
    DiscoveredSignals,
    KnowledgeSearch,
    MeetingBooking,
    Connection,
)


@pytest.mark.parametrize("reason", list(RejectionReason))
def test_every_reason_stands_there_with_its_remedy(reason: RejectionReason) -> None:
    (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| `{reason.value}` |"))
    assert row.endswith(f"| {reason.remedy} |")


@pytest.mark.parametrize("field", sorted({name for model in MODELS for name in model.model_fields}))
def test_every_field_stands_there(field: str) -> None:
    assert field in PAGE


@pytest.mark.parametrize("outcome", list(DeliveryOutcome))
def test_every_outcome_of_a_delivery_stands_there(outcome: DeliveryOutcome) -> None:
    assert f"`{outcome.value}`" in PAGE


@pytest.mark.parametrize("ignored", sorted({*IGNORED_NAMES, *IGNORED_ENDINGS}))
def test_every_name_that_is_ignored_stands_there(ignored: str) -> None:
    assert f"`{ignored}`" in PAGE.split("### Keys that are ignored")[1].split("## Fields")[0]
