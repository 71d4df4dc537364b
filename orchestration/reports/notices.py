"""What one e-mail says beside the facts of its report: cautions, corrections, and why its reader gets it."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.messages.message import Line


@dataclass(frozen=True)
class Notices:
    """``cautions`` stand at the top; ``corrections`` are of reports this reader already has; ``unsubscribe`` is an address."""

    cautions: tuple[str, ...] = ()
    corrections: tuple[Line, ...] = ()
    footing: tuple[str, ...] = ()
    unsubscribe: str = ""


NO_NOTICES = Notices()
"""A report that is printed or written to a file: it has no reader yet."""
