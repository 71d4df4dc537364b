"""What dbt takes from ``data/`` instead of its own project file, so that a threshold stands in one place."""

from __future__ import annotations

from contract.reference import Reference

Variables = dict[str, str | int]


def dbt_variables(reference: Reference | None = None) -> Variables:
    """Return dbt's variables by name: ``hot_above`` is the lead score over which a call is hot (spec 3.2).

    ``ConfigurationFailure`` when the file they come from is missing or malformed.
    """
    from analyzers.lead_score.scoring import Scoring

    reference = reference or Reference()
    return {"hot_above": reference.table(Scoring).thresholds.hot_above}
