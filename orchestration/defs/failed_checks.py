"""Read the checks of severity ERROR that failed when they were evaluated last, for the rule Data-Quality Check Failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dagster as dg

from orchestration.alerts.timeline import FailedCheck

_COUNTS = ("count", "dagster_dbt/failed_row_count", "lost", "unregistered", "residual")
"""Metadata in which a check says how much is wrong, the first that it has."""
_SESSIONS = "sessions"


def failed_checks(instance: dg.DagsterInstance, keys: Sequence[dg.AssetCheckKey]) -> Mapping[str, FailedCheck]:
    """Return those of the checks that failed, by name and asset. One that is being evaluated counts as it was before."""
    found: dict[str, FailedCheck] = {}
    for key, summary in instance.event_log_storage.get_asset_check_summary_records(list(keys)).items():
        record = summary.last_completed_check_execution_record
        evaluation = record.evaluation if record else None
        if evaluation and not evaluation.passed and evaluation.severity == dg.AssetCheckSeverity.ERROR:
            name = f"{key.name} of {key.asset_key.to_user_string()}"
            found[name] = FailedCheck(_count(evaluation.metadata), _sessions(evaluation.metadata))
    return found


def _count(metadata: Mapping[str, dg.MetadataValue]) -> int | None:
    values = (metadata[name].value for name in _COUNTS if name in metadata)
    return next((value for value in values if isinstance(value, int)), None)


def _sessions(metadata: Mapping[str, dg.MetadataValue]) -> tuple[str, ...]:
    text = str(metadata[_SESSIONS].value) if _SESSIONS in metadata else "none"
    return () if text == "none" else tuple(text.split(", "))
