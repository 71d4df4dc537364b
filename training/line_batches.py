"""Turn lines into batches of token ids and vectors, with the stretches of the products and figures that they name."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import random
from typing import NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor

from analyzers.language.reader.heads import MENTION_HEADS
from analyzers.language.reader.reader import CONTEXT_TOKENS, EARLIER_TOKENS, TEXT_TOKENS, ReaderInput
from training.examples import Example, Mention
from training.small_bert import WIDTH, SmallBert, weights_folder

BATCH = 32
"""Lines per step of the optimiser."""


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
