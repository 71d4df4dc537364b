"""Sentence vectors and the trained heads that read them; what rules cannot list, these generalise to."""

from analyzers.language.encoder.encoder import Encoder, Vectors
from analyzers.language.encoder.heads import Heads, scores

__all__ = ["Encoder", "Heads", "Vectors", "scores"]
