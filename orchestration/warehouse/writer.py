"""Open the warehouse for writing as dbt does: with the options of ``dbt_project/profiles.yml``."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb
import yaml

from contract.platform.settings import Settings
from orchestration.warehouse.environment import build_environment, environment
from orchestration.warehouse.project import PROJECT

_VARIABLE = re.compile(r"\{\{ env_var\('(\w+)'\) \}\}")


@contextmanager
def open_writer(settings: Settings) -> Generator[duckdb.DuckDBPyConnection]:
    """Open the warehouse, created when it is missing, with the operational database attached; the caller holds the lock."""
    variables = build_environment(settings)
    profile = _profile(variables)
    with environment(variables), duckdb.connect(profile["path"], config=profile["config_options"]) as warehouse:
        for name, value in profile["settings"].items():
            warehouse.execute(f"set {name} = {_quoted(value)}")
        for attached in profile["attach"]:
            warehouse.execute(f"attach {_quoted(attached['path'])} as {attached['alias']} (type {attached['type']}, read_only)")
        yield warehouse


def _profile(variables: Mapping[str, str]) -> dict[str, Any]:
    profiles = yaml.load((PROJECT / "profiles.yml").read_bytes(), Loader=yaml.CSafeLoader)
    return _filled(profiles["voice_warehouse"]["outputs"]["local"], variables)


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    """Return the part of the profile with the variables of the environment filled in, as dbt does."""
    if isinstance(value, dict):
        return {name: _filled(part, variables) for name, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, variables) for part in value]
    return _VARIABLE.sub(lambda found: variables[found[1]], value) if isinstance(value, str) else value


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
