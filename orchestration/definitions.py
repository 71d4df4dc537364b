"""Expose the definitions that ``workspace.yaml`` loads."""

from __future__ import annotations

from contract.platform.private_files import keep_private
from contract.platform.settings import load_settings
from orchestration.defs.assembly import build_definitions
from orchestration.defs.dagster_engines import keep_engines
from orchestration.resources import Platform

keep_engines()
settings = load_settings()
keep_private(settings)
platform = Platform(settings)
defs = build_definitions(platform)
