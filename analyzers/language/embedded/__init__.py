"""Annotate with the embedded engine: rules and lexicons, no key, no network, one module per kind of annotation."""

from analyzers.language.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
