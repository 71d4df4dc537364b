"""One thing to create or change in another system, decided before anything is written; only differences become steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class ProvisionStep:
    """``resource`` is what it concerns, ``change`` what would be done; ``apply`` does it."""

    resource: str
    change: str
    apply: Callable[[], object]
