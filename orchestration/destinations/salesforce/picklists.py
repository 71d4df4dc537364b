"""Map values of reports to values of picklists by ``data/picklists.yml``."""

from __future__ import annotations

from typing import ClassVar

from contract.reference import ReferenceTable

OTHERWISE = "otherwise"


class Picklists(ReferenceTable):
    file: ClassVar[str] = "picklists.yml"
    picklists: dict[str, dict[str, str]]

    def value(self, field: str, value: str) -> str | None:
        """Return the picklist's value; None when the picklist has none, which is reported and not sent."""
        values = self.picklists[field]
        known = {key.lower(): word for key, word in values.items()}
        return known.get(value.lower(), known.get(OTHERWISE))
