"""Group what callers asked by what it means, so that one question in other words is one (spec 3.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analyzers.language.sentence_encoder import shared_encoder
from analyzers.meaning_groups import groups_by_meaning
from analyzers.targets import Targets
from orchestration.dashboards.definition import subject_panel
from orchestration.dashboards.filters import Filters
from orchestration.dashboards.links import query_key
from orchestration.dashboards.reading import WidgetRows
from orchestration.web.roles import Rights
from orchestration.web.service import WebService
from orchestration.web.widgets import Published, read_widgets

Row = Mapping[str, Any]


@dataclass(frozen=True)
class AskedQuestion:
    """What was asked in one meaning: its most frequent wording, all of them, and the sums of their rows."""

    text: str
    texts: tuple[str, ...]
    row: Row


def asked_questions(service: WebService, filters: Filters, rights: Rights) -> tuple[Published, list[AskedQuestion]]:
    """Return the list of the filters' days with its questions, most asked first; without the right to words there are none.

    Read once a version and filters; the meaning of 400 wordings takes some two seconds at the first time, and is kept.
    """
    read = read_widgets(service, subject_panel("queries").widgets, filters, rights)
    rows, key = read.rows[0], read.keys[0]
    if rows.failed or not rows.parts or rows.parts[0].restricted:
        return read, []
    kept = service.questions.get(key) if key else None
    if kept is None:
        kept = _grouped(service, rows.parts[0].rows)
        if key:
            service.questions.put(key, kept)
    part = replace(rows.parts[0], rows=tuple(dict(question.row) for question in kept))
    return replace(read, rows=(WidgetRows(rows.widget, (part,)),)), kept


def question_named(questions: Sequence[AskedQuestion], key: str) -> AskedQuestion | None:
    """Return the question of which one wording has this key."""
    return next((each for each in questions if any(query_key(text) == key for text in each.texts)), None)


def _grouped(service: WebService, rows: Sequence[Row]) -> list[AskedQuestion]:
    limits = service.platform.reference.table(Targets).content
    vectors = shared_encoder().vectors([row["query"] for row in rows])
    groups = groups_by_meaning(vectors, limits.meaning_distance, limits.same_question)
    found = [_question([rows[at] for at in group]) for group in groups]
    return sorted(found, key=lambda each: (-each.row["times"], -each.row["last_asked"].timestamp(), each.text))


def _question(rows: Sequence[Row]) -> AskedQuestion:
    texts = tuple(row["query"] for row in rows)
    times = sum(row["times"] for row in rows)
    row = {
        "query": texts[0],
        "wordings": len(texts),
        "times": times,
        "people": len({person for row in rows for person in row["people"]}),
        "answer_rate": sum(row["answered"] for row in rows) / times,
        "last_asked": max(row["last_asked"] for row in rows),
    }
    return AskedQuestion(texts[0], texts, row)
