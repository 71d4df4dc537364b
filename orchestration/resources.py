"""Provide settings, store, state, reference data and the engine to assets, sensors and commands; each is opened on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from contract.platform.settings import Settings, VendorSettings, settings_or_failure
from contract.platform.store import Store
from contract.reference import Reference
from orchestration.intake.lead_identity import pseudonym_secret
from orchestration.intake.planning import first_partition
from orchestration.state.database import StateDatabase, state_exists

if TYPE_CHECKING:
    from analyzers.language.annotations import LanguageEngine
    from orchestration.intake.session_queue import SessionQueue

OfVendor = TypeVar("OfVendor", bound=VendorSettings)


class Platform:
    """The resources of one process. ``progress(stage, done)`` reports the progress of long work; by default it does nothing.

    ``vendors`` are settings of vendors to use instead of those in the environment.
    """

    def __init__(
        self,
        settings: Settings,
        progress: Callable[[str, int], None] = lambda stage, done: None,
        vendors: Iterable[VendorSettings] = (),
    ) -> None:
        self.settings = settings
        self.progress = progress
        self._of_vendors = {type(own): own for own in vendors}

    def settings_of(self, kind: type[OfVendor]) -> OfVendor:
        """Return the settings of one vendor; raises ``ConfigurationFailure`` when a variable is wrong."""
        if kind not in self._of_vendors:
            self._of_vendors[kind] = settings_or_failure(kind)
        return cast(OfVendor, self._of_vendors[kind])

    @cached_property
    def store(self) -> Store:
        return Store(self.settings.store_uri)

    @cached_property
    def state(self) -> StateDatabase:
        return StateDatabase(self.settings.state)

    @cached_property
    def queue(self) -> SessionQueue | None:
        """The queue that announces documents; None when none is configured. What speaks to it is imported only then."""
        if not self.settings.queue_url:
            return None
        from orchestration.intake.session_queue import SessionQueue

        return SessionQueue.of(self.settings)

    @cached_property
    def first_day(self) -> date:
        """The first partition, fixed when definitions are loaded: what plans runs must know the same partitions as they do.

        No state database is created for it: definitions load in a new home, too.
        """
        return first_partition(self.settings, self.state if state_exists(self.settings.state) else None, self.now())

    @cached_property
    def reference(self) -> Reference:
        return Reference()

    @cached_property
    def engine(self) -> LanguageEngine:
        """The engine of the settings; imported here, because most commands understand no words and would wait 0.8 s for it."""
        from orchestration.annotation.engine import engine_for

        return engine_for(self.settings.engine, self.settings, self.reference, lambda: self.state)

    @cached_property
    def pseudonym_secret(self) -> bytes:
        return pseudonym_secret(self.settings)

    def close(self) -> None:
        """Close what is open; it is opened again on the next use."""
        if state := self.__dict__.pop("state", None):
            state.close()

    def now(self) -> datetime:
        return self.settings.clock()
