"""Run ``voice doctor``: check the installation. Each check reports what it found and, on failure, what to do."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from contract.platform.settings import load_settings
from orchestration.cli.output import print_json, print_table


def doctor(json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Check settings, store, state, warehouse and versions. Exit status 1 when a check fails."""
    from orchestration.doctor import check_up
    from orchestration.resources import Platform

    findings = check_up(Platform(load_settings()))
    if json:
        print_json([finding.__dict__ for finding in findings])
    else:
        rows = [("ok" if f.ok else "WRONG", f.subject, f.found, f.remedy or "") for f in findings]
        print_table("Check-up", ("", "what", "found", "what to do"), rows)
    sys.exit(0 if all(f.ok for f in findings) else 1)
