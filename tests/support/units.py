"""The units of ``deploy/systemd``, read as systemd reads them, with the parts that this project uses."""

from __future__ import annotations

import configparser
import shlex
from collections.abc import Mapping
from string import Template

from contract.platform.settings import PROJECT_ROOT

UNITS = PROJECT_ROOT / "deploy" / "systemd"
INSTALLED = "/opt/voice"
"""The folder in which units expect the repository."""


def service(name: str) -> configparser.SectionProxy:
    """Return the section ``Service`` of a unit."""
    parsed = configparser.RawConfigParser(strict=False)
    parsed.optionxform = str  # pyright: ignore[reportAttributeAccessIssue]
    parsed.read(UNITS / f"{name}.service", encoding="utf-8")
    return parsed["Service"]


def command(name: str, entry: str = "ExecStart", variables: Mapping[str, str] | None = None) -> list[str]:
    """Return what a unit runs, in this checkout and with these variables."""
    line = service(name)[entry].replace("\\\n", " ").replace(INSTALLED, str(PROJECT_ROOT))
    return [Template(word).substitute(variables or {}) for word in shlex.split(line)]
