"""Read the reader's training examples: written scenes (``data/training/scenes``) and the golden calls that may be read.

A scene is a few lines of a call, each with its labels; see ``data/training/README.md`` for the format. Golden calls say by quotes
which lines carry an objection, a buying signal, a wish, a pain or a barrier; ``data/training/golden_lines.txt`` says which of their
lines carry authority, timing, urgency, a promise or another person. Of the other heads they say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from analyzers.language.reader.heads import HEADS
from analyzers.language.reader.pieces import pieces_of
from analyzers.language.reader.reader import ReaderInput
from contract.platform.settings import PROJECT_ROOT
from evaluation.corpus_lines import EmotionComment, lines_in

SCENES = PROJECT_ROOT / "data" / "training" / "scenes"
GOLDEN_LINES = PROJECT_ROOT / "data" / "training" / "golden_lines.txt"
MOODS = PROJECT_ROOT / "data" / "training" / "moods.jsonl"

UNLEARNT = ("h", "i", "e", "f")
"""Writers that a reader made to be judged never learns from (``training.reader``, ``training.fusion``)."""

_LINE = re.compile(r"^(A|U)(?:\[([^\]]*)\])?: (.+)$")
_HEAD_OF = {
    "feat": "feature",
    "buy": "buying",
    "auth": "authority",
    "when": "when",
    "urg": "urgency",
    "comp": "rival",
    "ctx": "context",
    "case": "use_case",
}
_YES = {"link": "link", "who": "others", "act": "promise", "pain": "pain", "barrier": "barrier", "q": "question", "bye": "goodbye"}
_FLAGS = {
    **{label: (head, "yes") for label, head in _YES.items()},
    "money": ("money", "yes"),
    "accept": ("reply", "accepts"),
    "reject": ("reply", "rejects"),
    "neg": ("mood", "negative"),
    "pos": ("mood", "positive"),
}
_RIVAL = {"pos": "positive", "neu": "neutral", "neg": "negative"}
_ONLY_IF_THERE = ("severity", "context")
_LINE_HEADS = ("authority", "when", "urgency", "promise", "others")
"""Heads that ``golden_lines.txt`` labels in every line of a call it lists: what it does not name carries none."""


class Example(NamedTuple):
    """Pair a line of the caller with the classes that are known of it, by head."""

    line: ReaderInput
    labels: Mapping[str, str]


class BadScene(ValueError):
    """Report a line of a scene that cannot be read; the message names file and line."""


def scene_examples(folder: Path = SCENES) -> list[Example]:
    """Return every line of the caller in the scenes, by file."""
    return [example for path in sorted(folder.glob("*.txt")) for example in _scenes(path)]


def mood_examples(file: Path = MOODS) -> list[Example]:
    """Return comments of a public corpus, of which only the mood is known: calls have few lines that are clearly glad or angry."""
    comments = [line for line in lines_in(file) if isinstance(line, EmotionComment)]
    return [Example(ReaderInput("", one.text, ""), {"mood": one.mood}) for one in comments if one.mood is not None]


def _scenes(path: Path) -> Iterator[Example]:
    before = earlier = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = _LINE.match(line.strip())
        if found is None:
            if line.strip():
                raise BadScene(f"{path.name}:{number} is no line of a scene.")
            before = earlier = ""
            continue
        role, marks, text = found.groups()
        if role == "U":
            labels = _none_of(HEADS.keys() - _ONLY_IF_THERE) | _labels(f"{path.name}:{number}", marks or "")
            yield Example(ReaderInput(before, text, earlier), _by_the_borders(labels))
            earlier = text
        before = text


def _none_of(heads: Iterable[str]) -> dict[str, str]:
    return {head: HEADS[head][0] for head in heads}


def _by_the_borders(labels: dict[str, str]) -> dict[str, str]:
    """Leave open whether a required capability is an objection too: scenes were labelled before the Borders said that it is."""
    required = labels["feature"] == "must" and labels["objection"] == "none"
    return {head: label for head, label in labels.items() if not (required and head == "objection")}


def _labels(place: str, marks: str) -> dict[str, str]:
    """Return the classes that the marks name, by head."""
    labels: dict[str, str] = {}
    for mark in filter(None, (mark.strip() for mark in marks.split(","))):
        name, _, value = mark.partition("=")
        if name == "obj":
            labels["objection"], _, labels["severity"] = value.partition(".")
        elif mark in _FLAGS:
            head, label = _FLAGS[mark]
            labels[head] = label
        elif name in _HEAD_OF:
            labels[_HEAD_OF[name]] = _RIVAL.get(value, value) if name == "comp" else value
        else:
            raise BadScene(f"{place} has an unknown label.")
    if any(label not in HEADS[head] for head, label in labels.items()):
        raise BadScene(f"{place} has a label with an unknown value.")
    return labels


def golden_lines(file: Path = GOLDEN_LINES) -> dict[str, dict[int, dict[str, str]]]:
    """Return the labels of golden calls' pieces: by writer and number of the call, then by the piece's place, from 0."""
    return dict(_call_lines(line, f"{file.name}:{number}") for number, line in enumerate(file.read_text().splitlines(), 1))


def _call_lines(line: str, place: str) -> tuple[str, dict[int, dict[str, str]]]:
    call, *pieces = line.split()
    parted = (piece.partition(":") for piece in pieces)
    return call, {int(number): _labels(place, marks) for number, _, marks in parted}


def golden_examples(script: Mapping[str, Any], lines: Mapping[int, Mapping[str, str]] | None = None) -> Iterator[Example]:
    """Yield the pieces of a golden call's lines, split as for the reader in the product; ``lines`` labels them beyond quotes."""
    before = earlier = ""
    count = 0
    for turn in script["turns"]:
        before = str(turn.get("A", before))
        text = str(turn.get("U", ""))
        for piece in pieces_of(text):
            said, labels = (
                text[piece.start : piece.end].strip(),
                quoted_labels(script["gold"]["sales"], text, piece.start, piece.end),
            )
            if lines is not None:
                labels |= _none_of(_LINE_HEADS) | dict(lines.get(count, {}))
            yield Example(ReaderInput(before, said, earlier), labels)
            earlier, count = said, count + 1


def quoted_labels(gold: Mapping[str, Any], text: str, start: int, end: int) -> dict[str, str]:
    """Return the classes that a call's gold labels determine for a piece of an utterance, by head."""
    labels = {"objection": "none", "feature": "none", "buying": "none", "pain": "no", "barrier": "no"}
    for objection in _inside(gold["objections"], text, start, end):
        labels |= {"objection": objection["category"], "severity": objection["severity"]}
    for wish in _inside(gold["feature_requests"], text, start, end):
        labels["feature"] = "must" if wish["priority"] == "must_have" else "nice"
    for signal in _inside(gold["buying_signals"], text, start, end):
        labels["buying"] = signal["strength"]
    labels |= {"pain": "yes"} if any(_inside(gold["pain_points"], text, start, end)) else {}
    labels |= {"barrier": "yes"} if any(_inside(gold["switching_barriers"], text, start, end)) else {}
    return labels


def _inside(entries: list[Mapping[str, Any]], text: str, start: int, end: int) -> Iterator[Mapping[str, Any]]:
    """Yield the entries whose quote overlaps this piece."""
    for entry in entries:
        at = text.lower().find(str(entry["quote"]).lower().strip())
        if 0 <= at < end and at + len(entry["quote"]) > start:
            yield entry
