"""Predict from each utterance of the caller, with the agent's line before it as context, by a small trained language model."""

from analyzers.language.reader.reader import Reader, Reading, shared_reader

__all__ = ["Reader", "Reading", "shared_reader"]
