"""The embedded engine: rules and lexicons, no key, no network. One module per kind of annotation."""

from analyzers.language.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
