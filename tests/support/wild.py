"""Inputs after kinds of faults that people report in public, each with its right value; all names and numbers are made up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

WILD = Path(__file__).resolve().parents[1] / "wild"


def formats() -> dict[str, dict[str, Any]]:
    """Return what reading each document of ``tests/wild/formats`` has to give, by file name."""
    return json.loads((WILD / "formats" / "right.json").read_text(encoding="utf-8"))


def store_keys() -> dict[str, Any]:
    """Return ``keys``, each of an object that is rejected as ``odd_key``, and ``ignored`` ones, which are not received."""
    return json.loads((WILD / "store_keys.json").read_text(encoding="utf-8"))


def calls() -> dict[str, dict[str, Any]]:
    """Return short calls by name: ``start``, what is ``said`` between the usual opening and ending, and what is ``right`` of it."""
    return json.loads((WILD / "calls.json").read_text(encoding="utf-8"))
