"""Read ``data/objection_answers.yml``: what to say to objections, barriers and comparisons."""

from __future__ import annotations

from typing import ClassVar

from contract.reference import ReferenceTable


class ObjectionAnswers(ReferenceTable):
    """Holds lines by objection category, mitigation by kind of barrier, and lines by aspect of a comparison."""

    file: ClassVar[str] = "objection_answers.yml"
    answers: dict[str, tuple[str, ...]]
    barriers: dict[str, str]
    comparison: dict[str, str]
