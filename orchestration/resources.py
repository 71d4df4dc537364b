"""What assets, sensors and commands work with: settings, store, state, reference data and the engine, opened on first use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from analyzers.language.annotations import LanguageEngine
from contract.platform.settings import Settings
from contract.platform.store import Store
from contract.reference import Reference
from orchestration.annotation.engine import engine_for
from orchestration.intake.lead_identity import pseudonym_secret
from orchestration.state.database import StateDatabase


class Platform:
    """One per process. ``progress(stage, done)`` is told how far long work has come; it does nothing unless a command asks."""

    def __init__(self, settings: Settings, progress: Callable[[str, int], None] = lambda stage, done: None) -> None:
        self.settings = settings
        self.progress = progress

    @cached_property
    def store(self) -> Store:
        return Store(self.settings.store_uri)

    @cached_property
    def state(self) -> StateDatabase:
        return StateDatabase(self.settings.state_path)

    @cached_property
    def reference(self) -> Reference:
        return Reference()

    @cached_property
    def engine(self) -> LanguageEngine:
        return engine_for(self.settings.engine, self.settings, self.reference, lambda: self.state)

    @cached_property
    def pseudonym_secret(self) -> bytes:
        return pseudonym_secret(self.settings)

    def now(self) -> datetime:
        return self.settings.clock()
