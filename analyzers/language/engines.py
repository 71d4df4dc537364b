"""Construct engines by the name in ``VOICE_ENGINE``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzers.language.annotations import LanguageEngine
from analyzers.language.embedded import EmbeddedEngine
from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings, load_settings
from contract.reference import Reference

if TYPE_CHECKING:
    from analyzers.language.openai_engine.budget import SpendingBudget


def engine_named(
    name: str, reference: Reference, settings: Settings | None = None, budget: SpendingBudget | None = None
) -> LanguageEngine:
    """Return the engine of this name; a ``ConfigurationFailure`` when this version lacks it, or it lacks its key.

    ``budget`` is where engines that cost money record it, shared by all runs; ``settings`` default to the environment's.
    """
    if name == EmbeddedEngine.name:
        return EmbeddedEngine(reference)
    if name == "openai":
        return _openai(reference, settings or load_settings(), budget)
    raise ConfigurationFailure(f"The engine {name!r} is not available in this version.", "Set VOICE_ENGINE=embedded.")


def runs_in_processes(name: str) -> bool:
    """Return whether several processes make the engine faster; one that waits for the network is concurrent by itself."""
    return name == EmbeddedEngine.name


def costs_money(name: str) -> bool:
    """Return whether the engine's annotations are worth a cache."""
    return name != EmbeddedEngine.name


def _openai(reference: Reference, settings: Settings, budget: SpendingBudget | None) -> LanguageEngine:
    from analyzers.language.openai_engine.engine import OpenAIEngine, key_of

    key_of(settings)
    if budget is None:
        raise ConfigurationFailure(
            "The openai engine needs the budget that all runs share.", "Run it through 'voice', or set VOICE_ENGINE=embedded."
        )
    return OpenAIEngine(reference, settings, budget, EmbeddedEngine(reference))
