"""Score an engine, and the grouping of questions, on public corpora that a user provides (``evaluation.corpus_lines``)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analyzers.language.annotations import ActKind, LanguageEngine, SpanType, TranscriptAnnotations, Utterance
from contract.platform.batching import batches
from evaluation.corpus_lines import CorpusLine, Dialogue, IntentQuestion
from evaluation.gold import Mood
from evaluation.scores import MatchCounts

ACTS = {"question": ActKind.QUESTION, "commitment": ActKind.COMMITMENT, "objection": ActKind.OBJECTION}
_SPANS = {"commitment": SpanType.ACTION, "objection": SpanType.OBJECTION}
_MOODS: tuple[Mood, ...] = ("positive", "neutral", "negative")
BATCH = 64
"""Dialogues annotated at a time: bounds memory on corpora of any size."""


class Corpus(NamedTuple):
    """Holds what a file has: dialogues, a comment being one of a single turn, and questions with their intent."""

    dialogues: tuple[Dialogue, ...]
    questions: tuple[IntentQuestion, ...]


def corpus_of(lines: Iterable[CorpusLine]) -> Corpus:
    dialogues: list[Dialogue] = []
    questions: list[IntentQuestion] = []
    for line in lines:
        if isinstance(line, IntentQuestion):
            questions.append(line)
        else:
            dialogues.append(line if isinstance(line, Dialogue) else line.dialogue())
    return Corpus(tuple(dialogues), tuple(questions))


def corpus_counts(dialogues: Sequence[Dialogue], engine: LanguageEngine) -> dict[str, MatchCounts]:
    """Count matches per label; labels that no turn has are left out. ``sentiment`` counts all moods, so its F1 is accuracy."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for batch in batches(dialogues, BATCH):
        for dialogue, understood in zip(batch, engine.annotate([d.transcript() for d in batch]), strict=True):
            _count(dialogue, understood, sums)
    return {name: MatchCounts(c["hits"], c["claimed"], c["expected"]) for name, c in sorted(sums.items())}


def weighted_f1(counts: dict[str, MatchCounts]) -> float | None:
    """Return the mean F1 of the three moods, each weighed by how many turns have it; None when no turn has any."""
    moods = [counts[name] for name in (f"sentiment {mood}" for mood in _MOODS) if name in counts]
    labelled = sum(one.expected for one in moods)
    return sum((one.rates()[0] or 0.0) * one.expected for one in moods) / labelled if labelled else None


def _count(dialogue: Dialogue, annotations: TranscriptAnnotations, sums: defaultdict[str, Counter[str]]) -> None:
    said = {utterance.item_id: utterance for utterance in annotations.utterances}
    for item, turn in zip(dialogue.transcript(), dialogue.turns, strict=True):
        utterance = said.get(item.id)
        if turn.labels.sentiment:
            _count_mood(turn.labels.sentiment, utterance.label if utterance else None, sums)
        for name in ACTS:
            if (wanted := getattr(turn.labels, name)) is not None:
                claimed = _does(name, utterance, annotations)
                hit = int(wanted and claimed)
                sums[name].update(hits=hit, claimed=int(claimed), expected=int(wanted))


def _count_mood(wanted: Mood, said: Mood | None, sums: defaultdict[str, Counter[str]]) -> None:
    sums["sentiment"].update(hits=int(said == wanted), claimed=1, expected=1)
    for mood in {wanted, said} - {None}:
        sums[f"sentiment {mood}"].update(hits=int(said == wanted == mood), claimed=int(said == mood), expected=int(wanted == mood))


def _does(name: str, utterance: Utterance | None, annotations: TranscriptAnnotations) -> bool:
    if utterance is None:
        return False
    spans = annotations.of_type(_SPANS[name]) if name in _SPANS else ()
    return any(act.kind == ACTS[name] for act in utterance.acts) or any(span.item_id == utterance.item_id for span in spans)
