"""A question or a dashboard as it should be, compared with what Metabase has, and written unless a person changed it there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.metabase.client import Json, MetabaseClient
from orchestration.metabase.written import WrittenThing, WrittenThings, content_hash, is_as_written
from orchestration.provision_step import ProvisionStep


class WantedThing(ABC):
    """A question or dashboard by its ``key`` in ``metabase.json``; ``title`` is its name in messages."""

    key: str
    title: str

    @abstractmethod
    def find(self, client: MetabaseClient, written: WrittenThing | None) -> Json | None:
        """Return what Metabase has, with everything that a person can change in it; None when there is nothing."""

    @abstractmethod
    def differences(self, found: Json) -> Sequence[str]:
        """Name what is not as it should be."""

    @abstractmethod
    def create(self, client: MetabaseClient) -> Json:
        """Make it, and return it as ``find`` does."""

    @abstractmethod
    def change(self, client: MetabaseClient, found: Json) -> Json:
        """Write it over what was found, and return it as ``find`` does."""

    @abstractmethod
    def content(self, found: Json) -> Any:
        """Return all of what was found that a change would write over."""

    def is_blank(self, found: Json) -> bool:
        """Return whether nothing is in it yet: a run was killed after it was made."""
        return False

    def version(self, found: Json) -> str:
        """Return the moments at which it and its parts were last changed."""
        return str(found.get("updated_at"))

    def remember(self, found: Json, written: WrittenThings) -> None:
        written.put(self.key, WrittenThing(id=found["id"], version=self.version(found), content=content_hash(self.content(found))))


@dataclass
class ThingWriter:
    """Yields a step for each difference. ``kept`` lists what a person changed, which is left alone unless ``overwrite`` is set."""

    client: MetabaseClient
    written: WrittenThings
    overwrite: bool
    kept: list[str] = field(default_factory=list)

    def steps(self, wanted: WantedThing) -> Iterator[ProvisionStep]:
        before = self.written.of(wanted.key)
        found = wanted.find(self.client, before)
        if found is None:
            yield ProvisionStep(wanted.title, "create it", self._writing(wanted, wanted.create))
            return
        differing = wanted.differences(found)
        if not differing:
            wanted.remember(found, self.written)
        elif self.overwrite or wanted.is_blank(found) or self._is_as_written(wanted, found, before):
            change = f"change {', '.join(differing)}"
            yield ProvisionStep(wanted.title, change, self._writing(wanted, lambda client: wanted.change(client, found)))
        else:
            self.kept.append(f"{wanted.title}: {', '.join(differing)}")

    @staticmethod
    def _is_as_written(wanted: WantedThing, found: Json, before: WrittenThing | None) -> bool:
        return is_as_written(before, wanted.version(found), content_hash(wanted.content(found)))

    def _writing(self, wanted: WantedThing, write: Callable[[MetabaseClient], Json]) -> Callable[[], None]:
        return lambda: wanted.remember(write(self.client), self.written)


def same_settings(wanted: Any, found: Any) -> bool:
    """Compare settings as far as they are wanted: Metabase adds some of its own."""
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(same_settings(value, found.get(name)) for name, value in wanted.items())
    return wanted == found
