"""Assign golden calls to parts by their name alone, so that it never changes (``data/golden/README.md``)."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Literal

from contract.platform.settings import PROJECT_ROOT
from contract.reference import ReferenceTable

Part = Literal["seen", "validation", "test"]
PARTS: tuple[Part, ...] = ("seen", "validation", "test")
GOLDEN_SCRIPTS = PROJECT_ROOT / "data" / "golden" / "scripts"


class Parts(ReferenceTable):
    """Hold the writers of each part: ``seen``, ``split``, ``test`` and ``calibration``; and of each fold those left out."""

    file: ClassVar[str] = "golden/parts.yml"
    seen: tuple[str, ...]
    split: tuple[str, ...]
    test: tuple[str, ...] = ()
    validation_below: int
    calibration: tuple[str, ...] = ()
    folds: tuple[tuple[str, ...], ...] = ()

    def of(self, script: str) -> Part | None:
        """Return the part of a script; None for a writer who is in no part yet."""
        writer = script.partition("_")[0]
        if writer in self.seen:
            return "seen"
        if writer in self.test:
            return "test"
        if writer not in self.split:
            return None
        return "validation" if int(sha256(script.encode()).hexdigest(), 16) % 10 < self.validation_below else "test"

    def calibrates(self, script: str) -> bool:
        """Return whether confidences are fitted on the call, which happens by program and unread."""
        return script.partition("_")[0] in self.calibration

    def held_back(self, script: str, golden: Path = GOLDEN_SCRIPTS) -> bool:
        """Return whether a golden call may be scored but never read: of the test part, or of none yet."""
        return bool(script) and self.of(script) in ("test", None) and (golden / f"{script}.yaml").exists()
