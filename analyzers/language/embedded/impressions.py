"""Sum up, over the whole call, how the trained reader answers its questions of the caller's lines.

A fact that no single line states shows in all of them together: verdicts on the call (``analyzers/whole_call``) rest on this.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from analyzers.language.annotations import Impression, LinePlace
from analyzers.language.embedded.text.conversation import Conversation, Prediction, Turn
from analyzers.language.reader.heads import HEADS

FEWEST_LINES = 4
"""Lines from which there is an impression: the numbers of one line alone are far from those that verdicts were fitted on."""
_DIGITS = 3
"""Digits that are kept of a probability: the fits do not change with more, and a call has some 300."""


def impressions(conversation: Conversation) -> dict[str, Impression]:
    """Return an impression for each question asked of a line; none where too few lines of the caller were read."""
    lines = conversation.read_lines
    return {head: _impression(head, classes, lines) for head, classes in HEADS.items()} if len(lines) >= FEWEST_LINES else {}


def _impression(head: str, classes: tuple[str, ...], lines: Sequence[tuple[Turn, Prediction]]) -> Impression:
    rows = np.array([list(prediction.reading.scores(head).values()) for _, prediction in lines])
    third = max(1, len(rows) // 3)
    return Impression(
        classes=classes,
        mean=_rounded(rows.mean(axis=0)),
        highest=_rounded(rows.max(axis=0)),
        first=_rounded(rows[:third].mean(axis=0)),
        last=_rounded(rows[-third:].mean(axis=0)),
        places=tuple(_place(*lines[at]) for at in rows.argmax(axis=0)),
    )


def _rounded(values: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(round(float(value), _DIGITS) for value in values)


def _place(turn: Turn, prediction: Prediction) -> LinePlace:
    return LinePlace(item_id=turn.item.id, start=prediction.start, end=prediction.end)
