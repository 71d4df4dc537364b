"""Tell the company of an e-mail address: its domain, unless everybody can have an address there."""

from __future__ import annotations

import csv
from functools import cache

from contract.platform.settings import PROJECT_ROOT

_FREE = PROJECT_ROOT / "dbt_project" / "seeds" / "free_email_providers.csv"
"""The list that the warehouse goes by as well (``leads.company``)."""


def company_domain(address: str | None) -> str | None:
    """Return the domain of an address; None without one, or of a free provider."""
    domain = (address or "").rpartition("@")[2].strip().lower()
    return domain if domain and domain not in _free_providers() else None


@cache
def _free_providers() -> frozenset[str]:
    with _FREE.open(encoding="utf-8", newline="") as file:
        return frozenset(row["domain"] for row in csv.DictReader(file))
