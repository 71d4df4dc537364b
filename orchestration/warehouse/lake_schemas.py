"""Define the columns of every asset of the lake as Arrow schemas (architecture: 'Lake')."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from analyzers.report_names import REPORT_NAMES
from contract.platform.failures import PermanentFailure

_MOMENT = pa.timestamp("us", tz="UTC")
_IDENTITY = [
    pa.field("session_id", pa.string(), nullable=False),
    pa.field("revision", pa.int32(), nullable=False),
    pa.field("doc_sha", pa.string(), nullable=False),
    pa.field("analysis_seq", pa.int64(), nullable=False),
]
_UNDERSTOOD = [
    *_IDENTITY,
    pa.field("engine", pa.string(), nullable=False),
    pa.field("annotation_version", pa.string(), nullable=False),
]

_DOCUMENTS = pa.schema(
    [
        *_IDENTITY,
        pa.field("complete", pa.bool_(), nullable=False),
        pa.field("test_call", pa.bool_(), nullable=False),
        pa.field("store_key", pa.string(), nullable=False),
        pa.field("received_at", _MOMENT, nullable=False),
        pa.field("lead_key", pa.string()),
        pa.field("lead_email", pa.string()),
        pa.field("lead_name", pa.string()),
        pa.field("document", pa.string(), nullable=False),
    ]
)
_ANNOTATIONS = pa.schema(
    [*_UNDERSTOOD, pa.field("fallback_reason", pa.string()), pa.field("annotations", pa.string(), nullable=False)]
)
_REPORT = pa.schema(
    [*_UNDERSTOOD, pa.field("analyzer_version", pa.string(), nullable=False), pa.field("report", pa.string(), nullable=False)]
)
_RESULTS = pa.schema(
    [
        *_UNDERSTOOD,
        pa.field("analyzer_version", pa.string(), nullable=False),
        pa.field("analyzed_at", _MOMENT, nullable=False),
        *(pa.field(report, pa.string()) for report in REPORT_NAMES),
    ]
)

_OPPORTUNITIES = pa.schema(
    [
        pa.field("opportunity_id", pa.string(), nullable=False),
        pa.field("account_id", pa.string()),
        pa.field("account_name", pa.string()),
        pa.field("lead_keys", pa.list_(pa.string()), nullable=False),
        pa.field("stage", pa.string()),
        pa.field("is_closed", pa.bool_(), nullable=False),
        pa.field("is_won", pa.bool_(), nullable=False),
        pa.field("amount", pa.float64()),
        pa.field("currency", pa.string()),
        pa.field("owner_id", pa.string()),
        pa.field("opened_at", _MOMENT, nullable=False),
        pa.field("closed_at", _MOMENT),
        pa.field("modified_at", _MOMENT, nullable=False),
        pa.field("extracted_at", _MOMENT, nullable=False),
    ]
)

LAKE_SCHEMAS: dict[str, Any] = {
    "session_documents": _DOCUMENTS,
    "transcript_annotations": _ANNOTATIONS,
    **dict.fromkeys(REPORT_NAMES, _REPORT),
    "analysis_results": _RESULTS,
    "crm_opportunities": _OPPORTUNITIES,
}


def lake_schema(asset: str) -> Any:
    """Return the schema of one asset; raises ``PermanentFailure`` for an unknown name."""
    try:
        return LAKE_SCHEMAS[asset]
    except KeyError:
        raise PermanentFailure(f"The lake has no asset {asset}.", f"Use one of {', '.join(sorted(LAKE_SCHEMAS))}.") from None
