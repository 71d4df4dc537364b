"""What to say to objections, barriers and comparisons: ``data/objection_answers.yml``."""

from __future__ import annotations

from typing import ClassVar

from contract.reference import ReferenceTable


class ObjectionAnswers(ReferenceTable):
    """Lines by objection category, mitigation by kind of barrier, line by aspect of a comparison."""

    file: ClassVar[str] = "objection_answers.yml"
    answers: dict[str, tuple[str, ...]]
    barriers: dict[str, str]
    comparison: dict[str, str]
