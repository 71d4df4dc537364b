"""Which value of a picklist stands for which value of a report: ``data/picklists.yml``."""

from __future__ import annotations

from typing import ClassVar

from contract.reference import ReferenceTable

OTHERWISE = "otherwise"


class Picklists(ReferenceTable):
    file: ClassVar[str] = "picklists.yml"
    picklists: dict[str, dict[str, str]]

    def value(self, field: str, value: str) -> str | None:
        """The picklist's own word, or None for a value that no picklist has: it is reported, not sent."""
        values = self.picklists[field]
        known = {key.lower(): word for key, word in values.items()}
        return known.get(value.lower(), known.get(OTHERWISE))
