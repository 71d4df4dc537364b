"""Read the reader's training examples: written scenes (``data/training/scenes``) and the golden calls that may be read.

A scene is a few lines of a call, each with its labels; see ``data/training/README.md`` for the format. Golden calls say by quotes
which lines carry an objection, a buying signal, a wish, a pain or a barrier; ``data/training/golden_lines.txt`` says which of their
lines carry authority, timing, urgency, a promise or another person. Of the other heads they say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from analyzers.language.embedded.text.numbers import numbers_of
from analyzers.language.embedded.text.words import lowered, words_of
from analyzers.language.reader.heads import HEADS, MENTION_HEADS
from analyzers.language.reader.pieces import pieces_of
from analyzers.language.reader.reader import ReaderInput
from contract.platform.settings import PROJECT_ROOT
from contract.platform.yaml_file import read_yaml
from contract.reference import Reference
from evaluation.corpus_lines import EmotionComment, lines_in
from evaluation.parts import GOLDEN_SCRIPTS, Parts
from training.people import people_named

MENTIONS = PROJECT_ROOT / "data" / "training" / "mentions"
SCENES = PROJECT_ROOT / "data" / "training" / "scenes"
GOLDEN_LINES = PROJECT_ROOT / "data" / "training" / "golden_lines.txt"
GOLDEN_MENTIONS = PROJECT_ROOT / "data" / "training" / "golden_mentions.txt"
MOODS = PROJECT_ROOT / "data" / "training" / "moods.jsonl"

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
_YES = {
    "link": "link",
    "who": "others",
    "act": "promise",
    "pain": "pain",
    "barrier": "barrier",
    "q": "question",
    "bye": "goodbye",
    "no": "declines",
    "bad": "complaint",
    "cond": "condition",
}
_FLAGS = {
    **{label: (head, "yes") for label, head in _YES.items()},
    "money": ("money", "yes"),
    "accept": ("reply", "accepts"),
    "reject": ("reply", "rejects"),
    "neg": ("mood", "negative"),
    "pos": ("mood", "positive"),
}
_MARK = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")
_RELATION_OF = {"current": "now", "considering": "considering", "past": "past", "comparison": "comparison"}
_LIKING = {"pos": "positive", "neu": "neutral", "neg": "negative"}
MARKED_IN_CALLS = ("declines", "complaint", "condition")
"""Heads that scenes are not marked for; ``golden_lines.txt`` labels them in the calls with an asterisk."""
_ONLY_IF_THERE = ("severity", "context", *MARKED_IN_CALLS)
_LINE_HEADS = ("authority", "when", "urgency", "promise", "others")
"""Heads that ``golden_lines.txt`` labels in every line of a call it lists: what it does not name carries none."""
_MORE_LINE_HEADS = ("mood", "use_case", "money")
"""Heads that it labels too in the calls with a plus sign."""


class Mention(NamedTuple):
    """Label a stretch of a line: a product or a figure that it names, and the class that is known of it."""

    start: int
    end: int
    head: str
    label: str


class Example(NamedTuple):
    """Pair a line of the caller with the classes that are known of it, by head, and of what it mentions."""

    line: ReaderInput
    labels: Mapping[str, str]
    mentions: tuple[Mention, ...] = ()
    products_marked: bool = False
    """Whether every product it names is among the mentions: its other words name none."""
    people_marked: bool = False
    """Whether every stakeholder it names is among the mentions."""


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


def mention_examples(folder: Path = MENTIONS) -> list[Example]:
    """Return every line of the caller in the scenes whose products and figures are marked.

    A figure without a mark counts nothing of the caller's.
    """
    return [example for path in sorted(folder.glob("*.txt")) for example in _marked_scenes(path)]


def _marked_scenes(path: Path) -> Iterator[Example]:
    before = earlier = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        role, _, marked = line.strip().partition(": ")
        if role not in ("A", "U"):
            if line.strip():
                raise BadScene(f"{path.name}:{number} is no line of a scene.")
            before = earlier = ""
            continue
        text, mentions = unmarked(marked, f"{path.name}:{number}")
        if role == "U":
            yield Example(ReaderInput(before, text, earlier), {}, (*mentions, *_uncounted(text, mentions)), products_marked=True)
            earlier = text
        before = text


def unmarked(marked: str, place: str) -> tuple[str, tuple[Mention, ...]]:
    """Return a line without its marks, and what they say. Raises ``BadScene`` for an unknown label."""
    text, mentions, at = "", list[Mention](), 0
    for found in _MARK.finditer(marked):
        text += marked[at : found.start()]
        start, (words, label) = len(text), found.groups()
        text, at = text + words, found.end()
        mentions += (Mention(start, len(text), head, value) for head, value in _marks(label, place))
    text += marked[at:]
    if "{" in text or "}" in text:
        raise BadScene(f"{place} has a mark that is not closed.")
    return text, tuple(mentions)


def _marks(label: str, place: str) -> list[tuple[str, str]]:
    """Return the heads and classes of a mark: ``now.neg`` of a product, ``people`` of a figure."""
    relation, dot, liking = label.partition(".")
    known = [("relation", relation), ("liking", _LIKING.get(liking, liking))] if dot else [("figure", label)]
    if any(value not in MENTION_HEADS[head] for head, value in known):
        raise BadScene(f"{place} has a mark with an unknown label.")
    return known


def _uncounted(text: str, mentions: tuple[Mention, ...]) -> Iterator[Mention]:
    """Yield the figures that have no mark: prices, dates, other people's counts."""
    low = lowered(text)
    for figure in numbers_of(low, words_of(low)):
        if not any(figure.start < mention.end and mention.start < figure.end for mention in mentions):
            yield Mention(figure.start, figure.end, "figure", "other")


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
            labels[_HEAD_OF[name]] = _LIKING.get(value, value) if name == "comp" else value
        else:
            raise BadScene(f"{place} has an unknown label.")
    if any(label not in HEADS[head] for head, label in labels.items()):
        raise BadScene(f"{place} has a label with an unknown value.")
    return labels


class LabelledLines(NamedTuple):
    """Hold the labels of a call's pieces, by the place of a piece among the caller's, from 0; a line that is missing has none.

    ``heads`` are those that are labelled in every piece.
    """

    heads: tuple[str, ...]
    labels: Mapping[int, Mapping[str, str]]


def golden_lines(file: Path = GOLDEN_LINES) -> dict[str, LabelledLines]:
    """Return the labels of golden calls' pieces by writer and number of the call."""
    return dict(_call_lines(line, f"{file.name}:{number}") for number, line in enumerate(file.read_text().splitlines(), 1))


def _call_lines(line: str, place: str) -> tuple[str, LabelledLines]:
    call, *pieces = line.split()
    parted = (piece.partition(":") for piece in pieces)
    name = call.rstrip("+*")
    heads = (*_LINE_HEADS, *(_MORE_LINE_HEADS if "+" in call else ()), *(MARKED_IN_CALLS if "*" in call else ()))
    return name, LabelledLines(heads, {int(number): _labels(place, marks) for number, _, marks in parted})


Marks = Mapping[int, Sequence[str]]
"""Marks ``words|label`` by the number of a line: the agent's lines and the caller's pieces, counted together from 0."""


def golden_mentions(file: Path = GOLDEN_MENTIONS) -> dict[str, Marks]:
    """Return the marks of products and figures by writer and number of the call."""
    found: dict[str, dict[int, list[str]]] = {}
    marks: dict[int, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            marks = found.setdefault(line[3:], {})
        else:
            number, _, mark = line.partition(" ")
            marks.setdefault(int(number), []).append(mark)
    return dict(found)


def golden_examples(script: Mapping[str, Any], lines: LabelledLines | None = None, marks: Marks | None = None) -> Iterator[Example]:
    """Yield the pieces of a golden call's lines, split as for the reader in the product, and the agent's lines that have figures.

    ``lines`` labels them beyond quotes, ``marks`` their products and figures.
    """
    before = earlier = ""
    pieces = number = 0
    for turn in script["turns"]:
        if "A" in turn:
            before = str(turn["A"])
            if marks is not None:
                figures = _marked(before, marks.get(number, ()))
                if figures:
                    yield Example(ReaderInput(earlier, before), {}, figures)
            number += 1
        text = str(turn.get("U", ""))
        for piece in pieces_of(text):
            said = text[piece.start : piece.end].strip()
            labels = quoted_labels(script["gold"]["sales"], text, piece.start, piece.end)
            if lines is not None:
                labels |= _none_of(lines.heads) | dict(lines.labels.get(pieces, {}))
            named = tuple(named_products(script["gold"]["sales"], said)) if marks is None else _marked(said, marks.get(number, ()))
            people = _people(script["gold"]["sales"], said, named)
            line = ReaderInput(before, said, earlier)
            yield Example(line, labels, (*named, *people), products_marked=marks is not None, people_marked=True)
            earlier, pieces, number = said, pieces + 1, number + 1


def _marked(text: str, marks: Sequence[str]) -> tuple[Mention, ...]:
    found = list[Mention]()
    for mark in marks:
        words, _, label = mark.rpartition("|")
        start = _free(text.lower(), words.lower(), found)
        if start >= 0:
            found += (Mention(start, start + len(words), head, value) for head, value in _marks(label, text))
    return (*found, *_uncounted(text, tuple(found)))


def _people(gold: Mapping[str, Any], said: str, named: Sequence[Mention]) -> Iterator[Mention]:
    """Yield the stakeholders that a line names, but where it names a product or a figure: mentions do not overlap."""
    for person in people_named(gold, said):
        if not any(person.start < mention.end and mention.start < person.end for mention in named):
            yield Mention(person.start, person.end, "person", person.influence)


def _free(text: str, words: str, taken: Sequence[Mention]) -> int:
    """Return where the words stand first as a whole word that no mention covers; -1 if nowhere."""
    for found in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text):
        if not any(found.start() < mention.end and mention.start < found.end() for mention in taken):
            return found.start()
    return -1


def named_products(gold: Mapping[str, Any], said: str) -> Iterator[Mention]:
    """Yield the products of a call's gold labels where a line names them: their labels hold for the call, and so for most lines."""
    known = [(rival["name"], _RELATION_OF[rival["context"]], rival["sentiment"]) for rival in gold["competitors"]]
    known += [(name, "want", None) for name in gold["integrations_needed"]]
    known += [(name, "beside", None) for name in gold["integrations_in_use"]]
    taken: set[int] = set()
    for name, relation, liking in known:
        for found in re.finditer(rf"\b{re.escape(str(name))}\b", said, re.IGNORECASE):
            if taken.isdisjoint(range(*found.span())):
                taken.update(range(*found.span()))
                yield Mention(*found.span(), "relation", relation)
                if liking:
                    yield Mention(*found.span(), "liking", liking)


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


def readable_golden(without: tuple[str, ...] = ()) -> list[Example]:
    """Return the examples of the golden calls that may be trained on, but for those of some writers."""
    parts, lines, marks = Reference().table(Parts), golden_lines(), golden_mentions()
    paths = [path for path in sorted(GOLDEN_SCRIPTS.glob("*.yaml")) if parts.of(path.stem) in ("seen", "validation")]
    found: list[Example] = []
    for path in paths:
        if path.stem.partition("_")[0] in without:
            continue
        call = "_".join(path.stem.split("_")[:2])
        found += golden_examples(read_yaml(path), lines.get(call), marks.get(call))
    return found
