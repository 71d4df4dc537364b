"""Who sees what in Metabase: a role of PostgreSQL, with a connection, a collection, a group and a dashboard of its own.

In the free edition whoever may open a question sees all its rows (row and column security is a paid feature), so what a group
may see is decided by the login of the connection its questions run on.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.postgres.rights import ANALYST, REPORTING, VIEWER


@dataclass(frozen=True)
class MetabaseRole:
    """``rights`` are those that parts of widgets ask for; ``masked`` when searches are read from the masked views."""

    name: str
    rights: frozenset[str]
    masked: bool

    @property
    def title(self) -> str:
        """The name of the connection, the collection, the group and the dashboard."""
        return f"Voice calls: {self.name}"


METABASE_ROLES = (
    MetabaseRole(VIEWER, frozenset(), masked=True),
    MetabaseRole(REPORTING, frozenset({"identity"}), masked=True),
    MetabaseRole(ANALYST, frozenset({"words", "identity"}), masked=False),
)
