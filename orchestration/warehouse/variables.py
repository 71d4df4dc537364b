"""Pass dbt the variables that come from ``data/`` instead of its project file, so that a threshold is in one place."""

from __future__ import annotations

from contract.reference import Reference
from contract.vocabulary import Vocabulary

Variables = dict[str, str | int]


def dbt_variables(reference: Reference | None = None) -> Variables:
    """Return dbt's variables by name.

    ``hot_above`` is the lead score over which a call is hot (spec 3.2), ``qualified_tier`` the tier of a qualified call (spec 6.2).
    Raises ``ConfigurationFailure`` when a file they come from is missing or malformed.
    """
    from analyzers.lead_score.scoring import Scoring

    reference = reference or Reference()
    return {
        "hot_above": reference.table(Scoring).thresholds.hot_above,
        "qualified_tier": reference.table(Vocabulary).qualified.qualification_tier,
    }
