"""A scripted call: what the caller says, and what the model does on hearing it (``data/scripts/*.yml``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contract.platform.failures import ConfigurationFailure


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ToolRequest(_Strict):
    """A function tool the model calls."""

    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class ScriptStep(_Strict):
    """One answer of the model: words, tool calls, or both. What it says after a tool's result is the next step.

    ``fails``: the model does not answer this step but fails, as often as it is asked.
    """

    text: str = ""
    tools: tuple[ToolRequest, ...] = ()
    fails: bool = False


class ScriptTurn(_Strict):
    """The caller's words and the model's answer. ``interrupts_after_seconds``: with audio, said while the agent is still speaking,
    so long after it began; without audio the turn is an ordinary one.
    """

    say: str = Field(min_length=1)
    interrupts_after_seconds: float | None = Field(default=None, ge=0)
    replies: tuple[ScriptStep, ...] = ()


class CallerProfile(_Strict):
    """Who calls. ``metadata`` is what the token endpoint would have put into the participant's metadata (JSON)."""

    identity: str
    metadata: str = "{}"
    attributes: dict[str, str] = Field(default_factory=dict)


class Script(_Strict):
    """One call from greeting to goodbye. ``ends``: who ends it after the last turn."""

    room: str
    caller: CallerProfile
    turns: tuple[ScriptTurn, ...]
    ends: Literal["caller", "agent"] = "caller"


def read_script(path: Path) -> Script:
    """A script from YAML; what is wrong with it is a ``ConfigurationFailure`` that names the line of the model, not the words."""
    try:
        return Script.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, RecursionError, yaml.YAMLError) as error:
        raise ConfigurationFailure(f"The script {path.name} cannot be read: {type(error).__name__}.", "Check the file.") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigurationFailure(f"The script {path.name} is wrong: {wrong}.", "Correct it and run again.") from None
