"""Keep a copy of every e-mail, byte for byte as it is sent: ``<folder>/<year>-<month>/<key>.eml``.

A copy is written before the e-mail is sent, so that what is sent again after a kill is the same. Names hold no personal data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from contract.platform.atomic_file import replace_file

_MODE = 0o600  # readable by the user of the platform alone: e-mails hold names and addresses


@dataclass(frozen=True)
class MailArchive:
    """A folder of e-mails. ``kept`` is a path in it, as ``keep`` returned it."""

    folder: Path

    def keep(self, key: str, day: date, mime: bytes) -> str:
        """Write a copy, in place of an earlier one of the same key and month, and return its path in the folder."""
        kept = f"{day:%Y-%m}/{key}.eml"
        replace_file(self.folder / kept, mime, mode=_MODE, sync=True)
        return kept

    def read(self, kept: str) -> bytes | None:
        """Return the copy; None when it was removed."""
        try:
            return (self.folder / kept).read_bytes()
        except FileNotFoundError:
            return None

    def remove_before(self, day: date) -> int:
        """Remove the months that ended before a day; return how many copies went."""
        removed = 0
        for month in sorted(self.folder.glob("[0-9]*-[0-9]*")):
            if month.name < f"{day:%Y-%m}":
                for copy in month.glob("*.eml"):
                    copy.unlink(missing_ok=True)
                    removed += 1
                if not any(month.iterdir()):
                    month.rmdir()
        return removed
