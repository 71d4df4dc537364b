"""Engines by the name in ``VOICE_ENGINE``."""

from __future__ import annotations

from analyzers.language.annotations import LanguageEngine
from analyzers.language.embedded import EmbeddedEngine
from contract.failures import ConfigurationFailure
from contract.reference import Reference


def engine_named(name: str, reference: Reference) -> LanguageEngine:
    """A ``ConfigurationFailure`` for an engine that this version does not have."""
    if name == EmbeddedEngine.name:
        return EmbeddedEngine(reference)
    raise ConfigurationFailure(f"The engine {name!r} is not available in this version.", "Set VOICE_ENGINE=embedded.")
