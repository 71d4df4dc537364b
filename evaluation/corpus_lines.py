"""Read public corpora that a user provides, as JSON lines of one of three kinds.

- Dialogues: ``{source, dialogue_id, turns: [{role, text, start, end, labels}]}``; ``labels`` of a turn, each optional:
  ``sentiment`` (positive, neutral, negative), ``question``, ``commitment``, ``objection`` (true or false). Only turns that carry a
  label count for it. ``start`` and ``end`` are seconds from the beginning, or null.
- Comments: ``{id, text, emotions}``, with the emotions of GoEmotions.
- Questions: ``{set, id, text, label}``; questions of one set and label ask the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from contract.document.session import TranscriptItem
from contract.platform.failures import PermanentFailure
from evaluation.gold import Mood

_POSITIVE = frozenset(
    (
        *("admiration", "amusement", "approval", "caring", "desire", "excitement"),
        *("gratitude", "joy", "love", "optimism", "pride", "relief"),
    )
)
_NEGATIVE = frozenset(
    (
        *("anger", "annoyance", "disappointment", "disapproval", "disgust", "embarrassment"),
        *("fear", "grief", "nervousness", "remorse", "sadness"),
    )
)
"""The sentiment of the 27 emotions as GoEmotions' authors group them; confusion, curiosity, realization and surprise have none."""


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TurnLabels(_Line):
    sentiment: Mood | None = None
    question: bool | None = None
    commitment: bool | None = None
    objection: bool | None = None


class CorpusTurn(_Line):
    role: Literal["agent", "user"]
    text: str
    start: float | None = None
    end: float | None = None
    labels: TurnLabels = TurnLabels()


class Dialogue(_Line):
    source: str
    dialogue_id: str
    turns: tuple[CorpusTurn, ...]

    def transcript(self) -> list[TranscriptItem]:
        return [TranscriptItem(id=f"turn_{at:04d}", role=turn.role, text=turn.text) for at, turn in enumerate(self.turns)]


class EmotionComment(_Line):
    id: str
    text: str
    emotions: tuple[str, ...]

    def dialogue(self) -> Dialogue:
        """Return the comment as the one turn of a caller; without a label where its emotions contradict each other."""
        turn = CorpusTurn(role="user", text=self.text, labels=TurnLabels(sentiment=self.mood))
        return Dialogue(source="comments", dialogue_id=self.id, turns=(turn,))

    @property
    def mood(self) -> Mood | None:
        """Return the mood of the emotions; None where they contradict each other."""
        glad, sorry = not _POSITIVE.isdisjoint(self.emotions), not _NEGATIVE.isdisjoint(self.emotions)
        if glad and sorry:
            return None
        return "positive" if glad else "negative" if sorry else "neutral"


class IntentQuestion(_Line):
    set: str
    id: str
    text: str
    label: str


_FORMS = "It needs source, dialogue_id and turns with role (agent, user) and text; id, text and emotions; or set, id, text, label."
CorpusLine = Dialogue | EmotionComment | IntentQuestion
_LINE: TypeAdapter[CorpusLine] = TypeAdapter(CorpusLine)


def lines_in(path: Path) -> Iterator[CorpusLine]:
    """Read the lines of a corpus. Raises ``PermanentFailure``, which names the first line that is none of the three."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield _LINE.validate_json(line)
            except ValidationError:
                problem = f"Line {number} of {path.name} is no dialogue, comment or question."
                raise PermanentFailure(problem, _FORMS) from None
