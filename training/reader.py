"""Train the reader and write ``data/reader``: ``python -m training.reader`` (some minutes on two cores).

``python -m training.reader FOLDER WRITER...`` writes a single teacher into FOLDER that learnt nothing from these writers
(``evaluation.folds``).

Needs PyTorch and the base weights, which the product does not: ``pip install -r training/requirements.txt``. Deterministic up to
the rounding of the machine. Several teachers learn from the scenes and the golden calls that may be read; one student learns what
they predict on average, and is what the product runs. A tenth of the scenes is held out to fit the heads' temperatures and for the
reported scores.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from scipy.optimize import minimize_scalar
from sklearn.metrics import average_precision_score, f1_score, log_loss
from tokenizers import Tokenizer
from torch import Tensor, nn

from analyzers.language.reader.heads import HEADS, MENTION_HEADS, Head, write_heads
from analyzers.language.reader.reader import CONTEXT_TOKENS, EARLIER_TOKENS, FOLDER, TEXT_TOKENS, ReaderInput
from evaluation.folds import note_left_out
from training.examples import Example, Mention, mention_examples, readable_golden, scene_examples
from training.small_bert import WIDTH, Base, SmallBert, weights_folder

EPOCHS = 5
"""Passes over the examples (``data/reader/MODEL_CARD.md``)."""
SCENES_SHARE = 2
"""Every pass learns from one in two scenes: more of them gave no better reader (``data/golden/TRIED.md``)."""
GOLDEN_TIMES = 1  # there are as many lines of golden calls as of scenes
HEARD_TIMES = GOLDEN_TIMES + 1
"""Times each golden line is damaged differently; every pass leaves one of them out."""
BATCH = 32
"""Lines per step of the optimiser."""
RATE = 2e-4
"""Highest learning rate of the pretrained layers, which must not forget what they know."""
HEAD_RATE = 2e-3
"""Highest learning rate of the heads, ten times as high: they start from random weights."""
ASIDE = 10
"""Every tenth line of the scenes is held out (``data/reader/MODEL_CARD.md``)."""
KNOWN = 0.3
"""Weight of the labels beside the teachers' predictions when the student learns."""
MENTION_WEIGHT = 3.0
"""Weight of a mention beside a line: about one line in five has any."""
PLAIN_WORDS = 0.15
"""Share of the words that name no product which are learnt from as such: some two a line, beside one product in three lines."""
UNKNOWN = -100
"""Class index of a label that is not known, which PyTorch's cross entropy ignores by default."""


class Recipe(NamedTuple):
    """Say which pretrained weights are tuned, how many of their layers are kept and stay as they are, and the training's seed."""

    base: Base
    layers: int
    frozen: int
    seed: int


TEACHERS = (Recipe("minilm", 3, 0, 1), Recipe("bge", 12, 9, 2), Recipe("minilm", 3, 0, 3))
STUDENT = Recipe("minilm", 3, 0, 11)

_PLAIN_WORD = re.compile(r"\w[\w'’]*")
_OPEN, _CLOSE = "\ue000", "\ue001"
"""Characters of private use that mark a mention while its line is damaged."""


class TokenRow(NamedTuple):
    """Ids of a line's tokens, where the text begins, and the mentions as stretches of the text's tokens."""

    ids: list[int]
    text_at: int
    mentions: list[tuple[int, int, str, int]]


class LineBatch(NamedTuple):
    """Vectors of lines, their mask, which of the last tokens are the text's; and the mentions: a mask of their tokens among the
    text's, a row each, the line and the class of each, by head."""

    states: Tensor
    mask: Tensor
    inside: Tensor
    mentions: dict[str, tuple[Tensor, Tensor, Tensor]]


Taught = dict[str, Tensor]
"""Probabilities of each head's classes, a row per example."""


class ReaderNet(nn.Module):
    """Combine the model with linear heads over the mean of the text's tokens."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.body = SmallBert(recipe.base, recipe.layers, recipe.frozen)
        self.drop = nn.Dropout(0.15)
        classes = {**HEADS, **MENTION_HEADS}
        self.heads = nn.ModuleDict({name: nn.Linear(WIDTH, len(labels)) for name, labels in classes.items()})

    def forward(self, batch: LineBatch) -> dict[str, Tensor]:
        """Return the logits by head: a row for each line, of heads of mentions a row for each mention."""
        text = self.body.above(batch.states, batch.mask, batch.states.shape[1] - batch.inside.shape[1])
        vectors = self.drop(_mean(text, batch.inside))
        found = {name: self.heads[name](vectors) for name in HEADS}
        for name, (inside, lines, _) in batch.mentions.items():
            found[name] = self.heads[name](self.drop(_mean(text[lines], inside)))
        return found


def _mean(states: Tensor, inside: Tensor) -> Tensor:
    return (states * inside.unsqueeze(-1)).sum(1) / inside.sum(1, keepdim=True)


class TokenBatch:
    """Convert lines to token ids, as the product's reader does."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(weights_folder() / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def row(self, line: ReaderInput, mentions: tuple[Mention, ...] = ()) -> TokenRow:
        lead = [101, *self._ids(line.earlier[-300:])[-EARLIER_TOKENS:], 102, *self._ids(line.context[-300:])[-CONTEXT_TOKENS:], 102]
        text = self._tokenizer.encode(line.text[:600], add_special_tokens=False)
        offsets, found = text.offsets[:TEXT_TOKENS], list[tuple[int, int, str, int]]()
        for mention in mentions:
            inside = [at for at, (start, end) in enumerate(offsets) if start < mention.end and mention.start < end]
            if inside:
                found.append((inside[0], inside[-1] + 1, mention.head, MENTION_HEADS[mention.head].index(mention.label)))
        return TokenRow([*lead, *text.ids[:TEXT_TOKENS], 102], len(lead), found)

    def _ids(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids


def batched(rows: list[TokenRow]) -> tuple[Tensor, Tensor, Tensor]:
    """Return ids, mask and segments, padded on the left so that every text ends in the last column."""
    width = max(len(row.ids) for row in rows)
    ids, mask, kinds = (torch.zeros(len(rows), width, dtype=torch.long) for _ in range(3))
    for at, row in enumerate(rows):
        ids[at, width - len(row.ids) :] = torch.tensor(row.ids)
        mask[at, width - len(row.ids) :] = 1
        kinds[at, width - len(row.ids) + row.text_at :] = 1
    return ids, mask, kinds


class DamagedLines:
    """Hold lines as they are damaged, with their vectors beneath the tuned layers: computed once, whatever the passes over them."""

    def __init__(self, examples: list[Example], body: SmallBert, tokens: TokenBatch) -> None:
        self.rows = [tokens.row(example.line, example.mentions) for example in examples]
        self._states: list[Tensor] = [torch.empty(0)] * len(examples)
        body.eval()
        for batch in self.batches(list(range(len(examples)))):
            states = body.below(*batched([self.rows[at] for at in batch]))
            for at, found in zip(batch, states, strict=True):
                self._states[at] = found[states.shape[1] - len(self.rows[at].ids) :].bfloat16()

    def batches(self, chosen: list[int], chance: random.Random | None = None) -> list[list[int]]:
        """Return batches of similar length; in random order where there is a chance."""
        if chance:
            chance.shuffle(chosen)
        step = BATCH * 16 if chance else max(1, len(chosen))
        found = []
        for at in range(0, len(chosen), step):
            alike = sorted(chosen[at : at + step], key=lambda row: len(self.rows[row].ids))
            found += [alike[first : first + BATCH] for first in range(0, len(alike), BATCH)]
        if chance:
            chance.shuffle(found)
        return found

    def inputs(self, batch: list[int]) -> LineBatch:
        rows = [self.rows[at] for at in batch]
        width, texts = max(len(row.ids) for row in rows), [len(row.ids) - row.text_at for row in rows]
        states, mask = torch.zeros(len(batch), width, WIDTH), torch.zeros(len(batch), width)
        inside = torch.zeros(len(batch), max(texts))
        for row, (at, text) in enumerate(zip(batch, texts, strict=True)):
            states[row, width - len(self._states[at]) :] = self._states[at].float()
            mask[row, width - len(self._states[at]) :] = 1
            inside[row, inside.shape[1] - text :] = 1
        return LineBatch(states, mask, inside, _mentions(rows, texts))


def _mentions(rows: list[TokenRow], texts: list[int]) -> dict[str, tuple[Tensor, Tensor, Tensor]]:
    found = {}
    for head in MENTION_HEADS:
        named = [(line, *mention) for line, row in enumerate(rows) for mention in row.mentions if mention[2] == head]
        if named:
            inside = torch.zeros(len(named), max(texts))
            for at, (line, start, end, _, _) in enumerate(named):
                inside[at, max(texts) - texts[line] + start : max(texts) - texts[line] + end] = 1
            found[head] = inside, torch.tensor([line for line, *_ in named]), torch.tensor([label for *_, label in named])
    return found


def with_plain_words(example: Example, chance: random.Random) -> Example:
    """Add some words that name no product, where all products are marked."""
    if not example.products_marked:
        return example
    taken = [(mention.start, mention.end) for mention in example.mentions]
    plain = [
        Mention(*found.span(), "relation", "other")
        for found in _PLAIN_WORD.finditer(example.line.text)
        if chance.random() < PLAIN_WORDS and not any(found.start() < end and start < found.end() for start, end in taken)
    ]
    return example._replace(mentions=(*example.mentions, *plain))


def as_heard(example: Example, chance: random.Random) -> Example:
    """Augment a line as a recogniser would write it: often without punctuation and capitals, sometimes with words lost.

    Mentions keep their words, and move with them.
    """
    text = _bracketed(example)
    if chance.random() < 0.45:
        text = re.sub(r"[^\w\s'$%\ue000\ue001-]", "", text).lower()
    words = text.split()
    if chance.random() < 0.35 and len(words) > 3:
        text = " ".join(word for word in words if chance.random() > 0.1 or _OPEN in word or _CLOSE in word) or text
    plain, places = "", list[tuple[int, int]]()
    for at, part in enumerate(re.split(f"[{_OPEN}{_CLOSE}]", text)):
        if at % 2:
            places.append((len(plain), len(plain) + len(part)))
        plain += part
    spans = sorted({(mention.start, mention.end) for mention in example.mentions})
    moved = dict(zip(spans, places, strict=True))
    mentions = tuple(mention._replace(start=moved[mention[:2]][0], end=moved[mention[:2]][1]) for mention in example.mentions)
    return example._replace(line=example.line._replace(text=plain), mentions=mentions)


def _bracketed(example: Example) -> str:
    """Return the text with marks around its mentions, which do not overlap."""
    text, at = "", 0
    for start, end in sorted({(mention.start, mention.end) for mention in example.mentions}):
        text += example.line.text[at:start] + _OPEN + example.line.text[start:end] + _CLOSE
        at = end
    return text + example.line.text[at:]


def targets(examples: list[Example]) -> Tensor:
    return torch.tensor(
        [[classes.index(e.labels[name]) if name in e.labels else UNKNOWN for name, classes in HEADS.items()] for e in examples]
    )


def class_weights(truth: Tensor) -> dict[str, Tensor]:
    """Weight rare classes more, up to three times."""
    weights = {}
    for column, (name, classes) in enumerate(HEADS.items()):
        counts = torch.bincount(truth[truth[:, column] >= 0, column], minlength=len(classes)).float()
        weights[name] = (counts.max() / counts.clamp(min=1)).sqrt().clamp(1, 3)
    return weights


class Lessons:
    """Hold the examples, the scenes first, and choose what each pass learns from."""

    def __init__(self, scenes: list[Example], golden: list[Example]) -> None:
        self.examples = [*scenes, *golden]
        versions = [(at, time) for time in range(HEARD_TIMES) for at in range(len(self.examples)) if at >= len(scenes) or time < 2]
        self.versions, self._scenes = versions, len(scenes)

    def damaged(self, body: SmallBert, tokens: TokenBatch, chance: random.Random) -> DamagedLines:
        return DamagedLines(
            [as_heard(with_plain_words(self.examples[at], chance), chance) for at, _ in self.versions], body, tokens
        )

    def chosen(self, epoch: int) -> list[int]:
        """Return the places of a share of the scenes, damaged in one way, and of the golden lines, damaged in all ways but one."""
        return [place for place, (at, time) in enumerate(self.versions) if self._is_chosen(at, time, epoch)]

    def _is_chosen(self, at: int, time: int, epoch: int) -> bool:
        if at >= self._scenes:
            return time != epoch % HEARD_TIMES
        return time == epoch // SCENES_SHARE % 2 and at % SCENES_SHARE == epoch % SCENES_SHARE


def train(recipe: Recipe, lessons: Lessons, tokens: TokenBatch, taught: Taught | None = None) -> ReaderNet:
    """Train on the labels, or, as a student, on what teachers predicted for the same examples and less on the labels."""
    torch.manual_seed(recipe.seed)
    chance = random.Random(recipe.seed)  # noqa: S311
    net, truth = ReaderNet(recipe), targets(lessons.examples)
    damaged, weights = lessons.damaged(net.body, tokens, chance), class_weights(truth)
    optimizer = torch.optim.AdamW(
        [{"params": net.body.tuned.parameters(), "lr": RATE}, {"params": net.heads.parameters(), "lr": HEAD_RATE}],
        weight_decay=0.01,
    )
    passes = [damaged.batches(lessons.chosen(epoch), chance) for epoch in range(EPOCHS)]
    steps = sum(map(len, passes)) + 1
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [RATE, HEAD_RATE], total_steps=steps, pct_start=0.1)
    for epoch, batches in enumerate(passes, 1):
        net.train()
        losses = []
        for batch in batches:
            loss = _lesson(net, damaged.inputs(batch), truth, weights, [lessons.versions[at][0] for at in batch], taught)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"{recipe}, pass {epoch} of {EPOCHS}: loss {np.mean(losses):.3f}", file=sys.stderr, flush=True)
    return net.eval()


def _lesson(
    net: ReaderNet,
    inputs: LineBatch,
    truth: Tensor,
    weights: dict[str, Tensor],
    rows: list[int],
    taught: Taught | None,
) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = {name: found.float() for name, found in net(inputs).items()}
    known = _loss(out, truth[rows], weights)
    named = sum((_mention_loss(out[name], labels) for name, (*_, labels) in inputs.mentions.items()), torch.zeros(()))
    if taught is None:
        return known + named
    told = sum((nn.functional.cross_entropy(out[name], taught[name][rows]) for name in HEADS), torch.zeros(()))
    return KNOWN * known + named + told


def _mention_loss(found: Tensor, labels: Tensor) -> Tensor:
    """Return the loss of one head of mentions, as many as they are in the batch: few lines mention anything."""
    return nn.functional.cross_entropy(found, labels, label_smoothing=0.02, reduction="sum") / BATCH * MENTION_WEIGHT


def _loss(out: dict[str, Tensor], truth: Tensor, weights: dict[str, Tensor]) -> Tensor:
    total = torch.zeros(())
    for column, name in enumerate(HEADS):
        if (truth[:, column] != UNKNOWN).any():
            total = total + nn.functional.cross_entropy(
                out[name], truth[:, column], weight=weights[name], ignore_index=UNKNOWN, label_smoothing=0.02
            )
    return total


@torch.no_grad()
def logits(net: ReaderNet, examples: list[Example], tokens: TokenBatch) -> dict[str, np.ndarray]:
    """Return each head's logits, a row per example."""
    damaged = DamagedLines(examples, net.body, tokens)
    found = {name: np.zeros((len(examples), len(classes)), np.float32) for name, classes in HEADS.items()}
    for batch in damaged.batches(list(range(len(examples)))):
        rows = net(damaged.inputs(batch))
        for name in HEADS:
            found[name][batch] = rows[name].numpy()
    return found


@torch.no_grad()
def mention_logits(net: ReaderNet, examples: list[Example], tokens: TokenBatch) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the logits and the classes of each head's mentions, in no order."""
    damaged = DamagedLines(examples, net.body, tokens)
    found: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {name: [] for name in MENTION_HEADS}
    for batch in damaged.batches(list(range(len(examples)))):
        inputs = damaged.inputs(batch)
        rows = net(inputs)
        for name, (*_, labels) in inputs.mentions.items():
            found[name].append((rows[name].numpy(), labels.numpy()))
    return {name: (np.concatenate([r for r, _ in each]), np.concatenate([t for _, t in each])) for name, each in found.items()}


def taught_by(teachers: list[ReaderNet], examples: list[Example], tokens: TokenBatch) -> Taught:
    """Return what the teachers predict on average."""
    each = [logits(teacher, examples, tokens) for teacher in teachers]
    return {name: torch.from_numpy(np.mean([softmax(rows[name]) for rows in each], axis=0)) for name in HEADS}


def temperature(rows: np.ndarray, truth: np.ndarray) -> float:
    classes = list(range(rows.shape[1]))
    found = minimize_scalar(lambda t: log_loss(truth, softmax(rows / t), labels=classes), bounds=(0.3, 5.0), method="bounded")
    return round(float(found.x), 3)


def softmax(rows: np.ndarray) -> np.ndarray:
    raised = np.exp(rows - rows.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def report(name: str, rows: np.ndarray, truth: np.ndarray, heat: float) -> str:
    """Format a row of the model card: held-out lines, those with the label, average precision and F1 of any class, macro F1."""
    scores = softmax(rows / heat)
    there, guessed = truth > 0, scores.argmax(axis=1)
    precision = average_precision_score(there, 1 - scores[:, 0]) if there.any() else float("nan")
    any_f1, macro = f1_score(there, guessed > 0), f1_score(truth, guessed, average="macro")
    return f"| {name} | {len(truth)} | {there.sum()} | {precision:.2f} | {any_f1:.2f} | {macro:.2f} | {heat:.2f} |"


class _Body(nn.Module):
    """Take what the product gives: one line's ids and segments; ``start`` is where its text begins."""

    def __init__(self, body: SmallBert) -> None:
        super().__init__()
        self.body = body

    def forward(self, ids: Tensor, kinds: Tensor) -> Tensor:
        start = (1 - kinds).sum()
        return self.body(ids, torch.ones_like(ids), kinds, start)


def export(net: ReaderNet, heats: dict[str, float], folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    ids, kinds = torch.full((1, 16), 101), torch.tensor([[0] * 8 + [1] * 8])
    axes = {"ids": {1: "tokens"}, "kinds": {1: "tokens"}, "states": {1: "text"}}
    with tempfile.TemporaryDirectory() as scratch:
        plain = f"{scratch}/model.onnx"
        torch.onnx.export(
            _Body(net.body).eval(),
            (ids, kinds),
            plain,
            input_names=["ids", "kinds"],
            output_names=["states"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        # A scale per channel: with one per matrix the vectors' cosine to those in full precision falls from .998 to .966.
        quantize_dynamic(plain, folder / "model.onnx", weight_type=QuantType.QInt8, per_channel=True)
    heads = {
        name: Head(name, classes, net.heads[name].weight.detach().numpy(), net.heads[name].bias.detach().numpy(), heats[name])
        for name, classes in {**HEADS, **MENTION_HEADS}.items()
    }
    write_heads(heads, folder / "heads.npz")
    shutil.copy(weights_folder() / "tokenizer.json", folder / "tokenizer.json")


def main(folder: str = "", *left_out: str) -> None:
    """Train the student and write it where the product reads it; with a folder, write a teacher there that leaves writers out."""
    tokens, scenes, marked = TokenBatch(), scene_examples(), mention_examples()
    aside, known = scenes[::ASIDE], [e for at, e in enumerate(scenes) if at % ASIDE]
    named_aside, named = marked[::ASIDE], [e for at, e in enumerate(marked) if at % ASIDE]
    lessons = Lessons(known, [*readable_golden(left_out), *named])
    if folder:
        net = train(TEACHERS[0], lessons, tokens)
    else:
        teachers = [train(recipe, lessons, tokens) for recipe in TEACHERS]
        net = train(STUDENT, lessons, tokens, taught_by(teachers, lessons.examples, tokens))
    rows, truth, heats = logits(net, aside, tokens), targets(aside).numpy(), {}
    for column, name in enumerate(HEADS):
        there = truth[:, column] != UNKNOWN
        heats[name] = temperature(rows[name][there], truth[there, column])
        print(report(name, rows[name][there], truth[there, column], heats[name]))
    for name, (found, labels) in mention_logits(net, named_aside, tokens).items():
        heats[name] = temperature(found, labels)
        print(report(name, found, labels, heats[name]))
    export(net, heats, Path(folder) if folder else FOLDER)
    if folder:
        note_left_out(Path(folder), left_out)


if __name__ == "__main__":
    main(*sys.argv[1:])
