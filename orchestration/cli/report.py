"""Run ``voice report daily``: write the executives' e-mail to a file, or print it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE

report = typer.Typer(no_args_is_help=True)


@report.callback()
def reports() -> None:
    """Write reports for executives."""


@report.command()
def daily(
    date: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Business day; default: yesterday.")] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="File for the HTML; default: print the text.")] = None,
) -> None:
    """Write the daily summary of one business day (spec 7.5)."""
    from orchestration.reports.daily_report import daily_report

    settings = load_settings()
    day = date.date() if date else (settings.clock().astimezone(settings.business_zone) - timedelta(days=1)).date()
    email = daily_report(settings, day, out)
    CONSOLE.print(f"Written to {out}" if out else email.text, markup=False, soft_wrap=True)
