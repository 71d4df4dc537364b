"""Load the agent's instructions and its fixed phrases from ``data/agent/``."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from contract.platform.settings import PROJECT_ROOT
from contract.reference import Reference, ReferenceTable

_INSTRUCTIONS = PROJECT_ROOT / "data" / "agent" / "instructions.md"


class Phrases(ReferenceTable):
    """Hold the fixed sentences, which need no model and are the same in every call."""

    file: ClassVar[str] = "agent/phrases.yml"
    greeting: str
    still_there: str
    silence_timeout: str
    time_limit: str
    cost_limit: str
    trouble: str
    failing: str
    search_failed: str
    search_empty: str
    booking_failed: str
    booking_unclear: str
    booking_moved: str


@cache
def phrases() -> Phrases:
    return Reference().table(Phrases)


@cache
def instructions() -> str:
    return _INSTRUCTIONS.read_text(encoding="utf-8")


def greeting(name: str | None) -> str:
    """Return the first sentence of every call, which asks for consent. Only a first name made of letters is spoken."""
    first = (name or "").split(" ")[0]
    spoken = f" {first}" if first.isalpha() and len(first) <= 20 else ""
    return phrases().greeting.format(name=spoken)
