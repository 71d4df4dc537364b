"""Run the sensor's job in this process for ``voice run``, batch after batch until nothing is left."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field, replace

from analyzers.lead_score.scoring import Scoring
from contract.document.keys import QUARANTINE
from orchestration.alerts.lost_calls import take_in_lost_calls
from orchestration.defs.announced import take_in_announced
from orchestration.delivery.log import sends_by_destination
from orchestration.destinations.registry import VENDORS
from orchestration.downstream.follower import is_due, last_complete_day
from orchestration.downstream.table import followers_of
from orchestration.intake.discovery import discover
from orchestration.intake.outdated_readings import reread_outdated
from orchestration.intake.planning import next_plan
from orchestration.resources import Platform
from orchestration.state.builds import forget_build
from orchestration.state.claims import dead_runs
from orchestration.state.reconciliation import reconcile
from orchestration.warehouse.agreement import compare, disagreement
from orchestration.warehouse.lake_owner import claim_lake, continue_sequence
from orchestration.warehouse.lost_analyses import redo_lost
from orchestration.warehouse.manifest import read_manifest

_NAMED = 5  # sessions named in the summary; the asset check names twenty


@dataclass(frozen=True)
class RunSummary:
    """The figures of one ``voice run``; ``seconds`` and ``step_seconds`` are wall time."""

    listed: int
    batches: int
    received: int
    analysed: int
    rejected: int
    pending: int
    hot_leads: int | None = None
    daily_report: str | None = None
    delivered: str | None = None
    """Items of each vendor that this run sent, and vendors that are not configured."""
    not_delivered: str | None = None
    warehouse_problem: str | None = None
    analysed_again: str | None = None
    quarantined: str | None = None
    seconds: float = 0.0
    step_seconds: dict[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True)
class _Start:
    """What was found before the first batch, to say in the end what this run changed."""

    listed: int
    lost: list[str]
    quarantined: set[str]
    sent: Counter[str]


@dataclass
class _Work:
    """What a run has done so far; ``steps`` holds milliseconds by step."""

    batches: int = 0
    steps: Counter[str] = field(default_factory=Counter[str])
    followers: set[str] = field(default_factory=set[str])
    failed: list[str] = field(default_factory=list[str])


def run_pending(platform: Platform) -> RunSummary:
    """Discover documents, then run batches and followers until all are up to date; ``PermanentFailure`` when a run fails."""
    began = time.monotonic()
    start = _start(platform)
    platform.progress("start", 1)
    work = _work(platform)
    return replace(_summary(platform, start, work), seconds=round(time.monotonic() - began, 1))


def _start(platform: Platform) -> _Start:
    """Take in what arrived and what was lost: new documents, dead calls, analyses and readings that have to be made again."""
    claim_lake(platform.settings, platform.store, platform.state)
    continue_sequence(platform.store, platform.state)
    take_in_lost_calls(platform)
    while take_in_announced(platform):
        pass
    found = discover(platform.store, platform.state, platform.now())
    _renew_if_doubled(platform)
    lost = redo_lost(platform.store, platform.state)
    quarantined = _quarantined(platform)
    reread_outdated(platform.store, platform.state)
    return _Start(found.listed, lost, quarantined, _sent(platform))


def _work(platform: Platform) -> _Work:
    """Run batches, then followers. A follower can make a build due (opportunities read from the CRM): then both run again.

    Dagster is imported only when there is something to run.
    """
    work = _Work()
    if not _due(platform):
        return work
    from orchestration.defs.in_process import InProcess

    with InProcess.opened(platform) as runs:
        while True:
            while plan := next_plan(platform.settings, platform.state, platform.now(), platform.first_day):
                work.steps.update(runs.run_batch(plan))
                work.batches += 1
            ran, work.failed = runs.run_followers()
            work.followers.update(ran)
            if next_plan(platform.settings, platform.state, platform.now(), platform.first_day) is None:
                return work


def _due(platform: Platform) -> bool:
    """Return whether there is anything to run. Runs whose process died come first: a plan releases what shows which they are."""
    with platform.state.reading() as connection:
        if dead_runs(connection, platform.now()):
            return True
    plan = next_plan(platform.settings, platform.state, platform.now(), platform.first_day)
    return plan is not None or any(is_due(follower, platform, day) for follower, day in followers_of(platform))


def _summary(platform: Platform, start: _Start, work: _Work) -> RunSummary:
    totals = reconcile(platform.state, platform.now())
    report = last_complete_day(platform.now(), platform.settings).isoformat() if "daily_report" in work.followers else None
    return RunSummary(
        listed=start.listed,
        batches=work.batches,
        received=totals.received,
        analysed=totals.analysed,
        rejected=totals.rejected,
        pending=totals.pending,
        hot_leads=_hot_leads(platform),
        daily_report=report,
        delivered=_delivered(platform, start.sent),
        not_delivered="; ".join(work.failed) or None,
        warehouse_problem=disagreement(platform.settings, platform.state),
        analysed_again=_named(start.lost),
        quarantined=", ".join(sorted(_quarantined(platform) - start.quarantined)) or None,
        step_seconds={step: round(milliseconds / 1000, 2) for step, milliseconds in work.steps.most_common()},
    )


def _quarantined(platform: Platform) -> set[str]:
    return {found.key.removeprefix(f"{QUARANTINE}/") for found in platform.store.list(f"{QUARANTINE}/")}


def _named(lost: list[str]) -> str | None:
    return f"{len(lost)} whose analysis was missing from the lake: {', '.join(lost[:_NAMED])}" if lost else None


def _renew_if_doubled(platform: Platform) -> None:
    """Have a warehouse with doubled rows built in full; an earlier release left some."""
    compared = compare(platform.settings, platform.state)
    if compared and compared.doubled:
        with platform.state.writing() as connection:
            forget_build(connection)


def _delivered(platform: Platform, before: Counter[str]) -> str:
    """Say for each vendor how many items this run sent, or which setting is missing."""
    now_sent = _sent(platform)
    missing = {vendor.name: vendor.missing(platform) for vendor in VENDORS}
    said = [
        f"{name}: not configured ({unset})" if unset else f"{now_sent[name] - before[name]} {name}"
        for name, unset in missing.items()
    ]
    return ", ".join(said)


def _sent(platform: Platform) -> Counter[str]:
    """Count, by vendor, how often an item was sent, over all time."""
    return Counter(sends_by_destination(platform.state))


def _hot_leads(platform: Platform) -> int | None:
    from orchestration.warehouse.reader import open_published

    if read_manifest(platform.settings.published_dir) is None:
        return None
    with open_published(platform.settings) as connection:
        hot_above = platform.reference.table(Scoring).thresholds.hot_above
        found = connection.execute(f"select count(*) from sessions where lead_score > {hot_above:d}")  # noqa: S608 - a number
        return found.fetchall()[0][0]
