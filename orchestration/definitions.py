"""What ``workspace.yaml`` loads."""

from __future__ import annotations

from contract.settings import load_settings
from orchestration.assembly import build_definitions
from orchestration.resources import Platform

defs = build_definitions(Platform(load_settings()))
