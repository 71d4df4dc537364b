"""A small trained language model that reads each utterance of the caller in the light of the agent's line before it."""

from analyzers.language.reader.reader import Reader, Reading, shared_reader

__all__ = ["Reader", "Reading", "shared_reader"]
