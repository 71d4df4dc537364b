"""Run ``voice backfill``: redo the analyses of whole days from the lake, after showing what that will take."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings, load_settings
from orchestration.cli.output import CONSOLE, ERRORS, print_facts, print_json, print_table, progress

if TYPE_CHECKING:
    from orchestration.backfill.plan import BackfillPlan
    from orchestration.backfill.runner import BackfillSummary
    from orchestration.resources import Platform
    from orchestration.state.backfills import BackfillArguments

STAGES = {"redo": "Redoing calls", "publish": "Building and publishing"}
INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended, as shells have it."""


def backfill(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First UTC day.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last UTC day.")],
    analyzer: Annotated[
        str | None, typer.Option(help="Redo this analyzer and those that depend on it, from the annotations in the lake.")
    ] = None,
    engine: Annotated[
        Literal["embedded", "openai"] | None, typer.Option(help="Annotate with this engine. Default: VOICE_ENGINE.")
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Redo only calls whose latest analysis failed.")] = False,
    deliver: Annotated[bool, typer.Option("--deliver", help="Let vendors and channels get what changes.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Begin without asking.")] = False,
    plan_only: Annotated[bool, typer.Option("--plan-only", help="Show the plan and end.")] = False,
    restart: Annotated[bool, typer.Option("--restart", help="Begin again, also where the same backfill is unfinished.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print plan or summary as JSON.")] = False,
) -> None:
    """Redo the analyses of whole days from the documents in the lake, and publish them. Nothing is sent without --deliver.

    Repeated with the same options after it was interrupted or killed, it goes on where it stopped.
    """
    from orchestration.backfill.runner import only_backfill
    from orchestration.resources import Platform
    from orchestration.state.backfills import BackfillArguments

    if analyzer and engine:
        raise ConfigurationFailure(
            "--analyzer takes the annotations in the lake, so --engine has no use.", "Leave one of them out."
        )
    if first > last:
        raise ConfigurationFailure("--from is after --to.", "Give the earlier day first.")
    settings = _settings("embedded" if analyzer else engine)  # annotations of the lake need no engine, so none that needs a key
    platform = Platform(settings)
    asked = BackfillArguments(first.date(), last.date(), analyzer or "", "" if analyzer else settings.engine, deliver, failed)
    with nullcontext() if plan_only else only_backfill(settings):
        summary = _planned_and_run(platform, asked, restart=restart, yes=yes, plan_only=plan_only, json=json)
    if summary:
        print_json(asdict(summary)) if json else _print_summary(summary)


def _settings(engine: Literal["embedded", "openai"] | None) -> Settings:
    settings = load_settings()
    return settings.model_copy(update={"engine": engine}) if engine else settings


def _planned_and_run(
    platform: Platform, asked: BackfillArguments, *, restart: bool, yes: bool, plan_only: bool, json: bool
) -> BackfillSummary | None:
    """Return the summary; None when there was only a plan, or the answer was no."""
    from orchestration.backfill.plan import plan_backfill
    from orchestration.backfill.runner import begin_backfill, remaining, run_backfill, unfinished_backfill
    from orchestration.backfill.work import redone_by

    redone = redone_by(asked.analyzer or None)
    number = None if restart or plan_only else unfinished_backfill(platform, asked)
    if number is None:
        plan = plan_backfill(platform, asked, redone)
        if plan_only or not plan.chunks:
            print_json(plan.as_dict()) if json else _print_plan(plan)
            return None
        if not json:
            _print_plan(plan)
        if not yes and not typer.confirm("Begin?", err=True):
            ERRORS.print("Nothing was done.", markup=False)
            return None
        number = begin_backfill(platform, plan)
    else:
        left = remaining(platform, number)
        ERRORS.print(f"Going on with the same backfill: {left} sessions are left. --restart begins again.", markup=False)
    with progress(STAGES, eta=True) as advance:
        advance("redo", 0, remaining(platform, number))
        try:
            return run_backfill(platform, number, asked, redone, lambda stage, done: advance(stage, done, None))
        except KeyboardInterrupt:
            ERRORS.print("Interrupted. What is done stays done; the same command goes on from here.", markup=False)
            raise typer.Exit(INTERRUPTED) from None


def _print_summary(summary: BackfillSummary) -> None:
    facts = asdict(summary)
    failures = facts.pop("failures")
    print_facts("Backfill finished", facts)
    if failures:
        from orchestration.state.failed_analyses import REMEDY

        print_table("Failed; they keep their earlier analysis", tuple(failures[0]), [tuple(failed.values()) for failed in failures])
        CONSOLE.print(REMEDY, markup=False, soft_wrap=True)


def _print_plan(plan: BackfillPlan) -> None:
    if not plan.chunks:
        which = "whose latest analysis failed " if plan.asked.failed_only else ""
        CONSOLE.print(f"No analysed call {which}lies in these days.", markup=False)
        return
    paid = plan.spending is not None
    columns = ("day", "sessions", "seconds", *(("requests", "tokens", "US dollars") if paid else ()))
    rows: list[tuple[object, ...]] = []
    for day in plan.days:
        asked = day.spending
        usd = None if asked is None or asked.usd is None else round(asked.usd, 2)
        rows.append((day.day, day.sessions, round(day.seconds, 1), *((asked.requests, asked.tokens, usd) if asked else ())))
    print_table("Backfill", columns, rows)
    facts = plan.as_dict()
    told = ("sessions", "seconds", "publishing_seconds", "days_of_ceiling")
    print_facts("In all", {name: facts[name] for name in told if facts[name] is not None} | _money(plan))


def _money(plan: BackfillPlan) -> dict[str, object]:
    """Return what is spent, with the day's ceiling."""
    if not plan.spending:
        return {}
    usd = "unknown: the model has no price" if plan.spending.usd is None else round(plan.spending.usd, 2)
    return {"tokens": plan.spending.tokens, "US_dollars": usd, "US_dollars_a_day_at_most": plan.daily_usd}
