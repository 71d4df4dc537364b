"""Score an engine on public corpora that a user provides, as JSON lines.

A line is ``{source, dialogue_id, turns: [{role, text, start, end, labels}]}``; ``labels`` of a turn, each optional: ``sentiment``
(positive, neutral, negative), ``question``, ``commitment``, ``objection`` (true or false). Only turns that carry a label count
for it. ``start`` and ``end`` are seconds from the beginning, or null.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from analyzers.language.annotations import ActKind, LanguageEngine, SpanType, TranscriptAnnotations, Utterance
from contract.document.session import TranscriptItem
from contract.platform.batching import batches
from contract.platform.failures import PermanentFailure
from evaluation.gold import Mood
from evaluation.scores import MatchCounts

ACTS = {"question": ActKind.QUESTION, "commitment": ActKind.COMMITMENT, "objection": ActKind.OBJECTION}
_SPANS = {"commitment": SpanType.ACTION, "objection": SpanType.OBJECTION}
BATCH = 64
"""Dialogues annotated at a time: bounds memory on corpora of any size."""


class TurnLabels(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    sentiment: Mood | None = None
    question: bool | None = None
    commitment: bool | None = None
    objection: bool | None = None


class CorpusTurn(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    role: Literal["agent", "user"]
    text: str
    start: float | None = None
    end: float | None = None
    labels: TurnLabels = TurnLabels()


class Dialogue(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    source: str
    dialogue_id: str
    turns: tuple[CorpusTurn, ...]

    def transcript(self) -> list[TranscriptItem]:
        return [TranscriptItem(id=f"turn_{at:04d}", role=turn.role, text=turn.text) for at, turn in enumerate(self.turns)]


def dialogues_in(path: Path) -> Iterator[Dialogue]:
    """Read dialogues. Raises ``PermanentFailure``, which names the first line that is no dialogue."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield Dialogue.model_validate_json(line)
            except ValidationError:
                problem = f"Line {number} of {path.name} is no dialogue."
                raise PermanentFailure(
                    problem, "It needs source, dialogue_id and turns with role (agent or user) and text."
                ) from None


def corpus_counts(dialogues: Sequence[Dialogue], engine: LanguageEngine) -> dict[str, MatchCounts]:
    """Count matches per label; labels that no turn has are left out."""
    sums: dict[str, Counter[str]] = {}
    for batch in batches(dialogues, BATCH):
        for dialogue, understood in zip(batch, engine.annotate([d.transcript() for d in batch]), strict=True):
            _count(dialogue, understood, sums)
    return {name: MatchCounts(c["hits"], c["claimed"], c["expected"]) for name, c in sorted(sums.items())}


def _count(dialogue: Dialogue, annotations: TranscriptAnnotations, sums: dict[str, Counter[str]]) -> None:
    said = {utterance.item_id: utterance for utterance in annotations.utterances}
    for item, turn in zip(dialogue.transcript(), dialogue.turns, strict=True):
        utterance = said.get(item.id)
        if turn.labels.sentiment:
            right = utterance is not None and utterance.label == turn.labels.sentiment
            sums.setdefault("sentiment", Counter()).update(hits=int(right), claimed=1, expected=1)
        for name in ACTS:
            if (wanted := getattr(turn.labels, name)) is not None:
                claimed = _does(name, utterance, annotations)
                hit = int(wanted and claimed)
                sums.setdefault(name, Counter()).update(hits=hit, claimed=int(claimed), expected=int(wanted))


def _does(name: str, utterance: Utterance | None, annotations: TranscriptAnnotations) -> bool:
    if utterance is None:
        return False
    spans = annotations.of_type(_SPANS[name]) if name in _SPANS else ()
    return any(act.kind == ACTS[name] for act in utterance.acts) or any(span.item_id == utterance.item_id for span in spans)
