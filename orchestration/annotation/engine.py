"""Make the language engine that the settings name, with the shared budget, and a cache where answers cost money."""

from __future__ import annotations

from collections.abc import Callable

from analyzers.language.annotations import LanguageEngine
from analyzers.language.cache import AnnotationCache
from analyzers.language.engines import costs_money, engine_named
from contract.platform.settings import Settings
from contract.platform.store import Store
from contract.reference import Reference
from orchestration.state.database import StateDatabase


def engine_for(name: str, settings: Settings, reference: Reference, state: Callable[[], StateDatabase]) -> LanguageEngine:
    """Make the engine; ``state`` is opened only for a paid one. Raises ``ConfigurationFailure`` when its key is missing."""
    if not costs_money(name):
        return engine_named(name, reference)
    from analyzers.language.openai_engine.budget import SpendingLimits
    from analyzers.language.openai_engine.engine import key_of
    from orchestration.state.budget import StateBudget

    key_of(settings)
    limits = SpendingLimits(settings.openai_requests_per_minute, settings.openai_tokens_per_minute, settings.openai_daily_usd)
    return engine_named(name, reference, settings, StateBudget(state(), limits))


def cache_for(engine: LanguageEngine, store: Store) -> AnnotationCache | None:
    return AnnotationCache(store) if costs_money(engine.name) else None
