"""Expose the definitions that ``workspace.yaml`` loads."""

from __future__ import annotations

from contract.platform.settings import load_settings
from orchestration.defs.assembly import build_definitions
from orchestration.resources import Platform

defs = build_definitions(Platform(load_settings()))
