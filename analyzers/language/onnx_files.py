"""Load the two files of a local model: the tokenizer's JSON and the ONNX graph, which runs on the CPU.

Both raise ``ConfigurationFailure`` with what restores the files; a model that cannot be loaded never falls back silently.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from contract.platform.failures import ConfigurationFailure


def load_tokenizer(folder: Path, model: str, remedy: str) -> Any:
    """Return the tokenizer of ``tokenizer.json`` without padding and truncation; ``model`` names it in the failure."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:
        raise ConfigurationFailure(f"The {model}'s tokenizer.json cannot be loaded.", remedy) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def load_session(folder: Path, model: str, remedy: str, threads: int) -> Any:
    """Return an inference session of ``model.onnx`` with so many threads."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ConfigurationFailure(f"The {model}'s model.onnx cannot be loaded.", remedy) from error
