"""Read a scripted call: what the caller says, and what the model answers (``data/scripts/*.yml``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contract.platform.failures import ConfigurationFailure


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ToolRequest(_Strict):
    """Name a function tool the model calls, with its arguments."""

    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class ScriptStep(_Strict):
    """Describe one answer of the model: words, tool calls, or both. What it says after a tool's result is the next step.

    ``fails``: the model fails at this step, however often it is retried.
    """

    text: str = ""
    tools: tuple[ToolRequest, ...] = ()
    fails: bool = False


class ScriptTurn(_Strict):
    """Pair the caller's words with the model's answer. ``interrupts_after_seconds``: with audio, they are said this long after the
    agent began to speak; without audio the turn is an ordinary one.
    """

    say: str = Field(min_length=1)
    interrupts_after_seconds: float | None = Field(default=None, ge=0)
    replies: tuple[ScriptStep, ...] = ()


class CallerProfile(_Strict):
    """Describe the caller. ``metadata`` is what the token endpoint would have put into the participant's metadata (JSON)."""

    identity: str
    metadata: str = "{}"
    attributes: dict[str, str] = Field(default_factory=dict)


class Script(_Strict):
    """Describe one call from greeting to goodbye. ``ends``: who ends it after the last turn."""

    room: str
    caller: CallerProfile
    turns: tuple[ScriptTurn, ...]
    ends: Literal["caller", "agent"] = "caller"


def read_script(path: Path) -> Script:
    """Read a script from YAML; a wrong one raises ``ConfigurationFailure``, which names fields and never the words."""
    try:
        return Script.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, RecursionError, yaml.YAMLError) as error:
        raise ConfigurationFailure(f"The script {path.name} cannot be read: {type(error).__name__}.", "Check the file.") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigurationFailure(f"The script {path.name} is wrong: {wrong}.", "Correct it and run again.") from None
