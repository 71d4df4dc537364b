"""Plan the next run: up to one batch of pending documents of any days, or only a build of the warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from contract.document.keys import FIRST_DAY
from contract.platform.settings import Settings
from contract.platform.store import Store
from orchestration.intake.hot_first import BURST, FIRST, LARGEST_PEEKED, PEEKED, hot_keys
from orchestration.state.builds import build_due, unbuilt_documents
from orchestration.state.claims import dead_runs, release_dead
from orchestration.state.database import StateDatabase
from orchestration.state.documents import PendingDocument, earliest_day, pending_keys, record_heat
from orchestration.state.first_partition import record_first_partition
from orchestration.state.reconciliation import reconcile
from orchestration.warehouse.manifest import read_manifest

RUN_KIND_TAG = "voice/run"
LIVE = "live"
PRIORITY_TAG = "dagster/priority"
BUILD_EVERY = timedelta(seconds=60)
"""How long a backlog is analysed before its calls are published: a build costs about as much for a thousand calls as for one."""
BUILD_FROM = 1000
"""Analysed calls from which a backlog is built however soon: DuckDB holds some 700 KB of each until the build is committed."""
LIVE_PRIORITY = "10"
"""Above 0, the priority of every other run: what waits in the queue never delays new calls."""


@dataclass(frozen=True)
class BatchPlan:
    """The documents of the next run. ``store_keys`` may be empty: then the run only builds the warehouse.

    A run of a backlog ``builds`` only when readers have waited for a publication, or many calls have; the last run always does.
    """

    store_keys: list[str]
    partition: date
    session_ids: list[str]
    builds: bool = True

    @property
    def run_config(self) -> dict[str, object]:
        return {"ops": {"calls": {"config": {"store_keys": self.store_keys}}}}

    @property
    def tags(self) -> dict[str, str]:
        """Return tags that describe the run: the number of sessions, and the session id when there is only one."""
        tags = {RUN_KIND_TAG: LIVE, PRIORITY_TAG: LIVE_PRIORITY, "voice/sessions": str(len(self.store_keys))}
        return {**tags, "voice/session_id": self.session_ids[0][:200]} if len(self.session_ids) == 1 else tags


def first_partition(settings: Settings, state: StateDatabase | None, now: datetime) -> date:
    """Return ``VOICE_FIRST_DAY``, else the earliest day in the ledger, else today; never a later day than today."""
    today = now.astimezone(UTC).date()
    day = settings.first_day
    if day is None and state is not None:
        with state.reading() as connection:
            day = earliest_day(connection, FIRST_DAY, today)
    return min(max(day or today, FIRST_DAY), today)


def next_plan(settings: Settings, state: StateDatabase, now: datetime, first_day: date) -> BatchPlan | None:
    """Return a plan for pending documents, after releasing the claims of dead runs; None when nothing is due.

    Those that the queue announced as hot leads come first, then the oldest; of a burst those that look like hot leads.

    A plan without documents only builds and publishes: sessions are due for a build, the warehouse file was removed to have it
    rebuilt, or the published folder was moved. Documents of days before ``first_day``, the first partition of the loaded
    definitions, are planned under that partition.
    """
    with state.writing() as connection:
        release_dead(connection, dead_runs(connection, now), now)
        record_first_partition(connection, first_day)
    with state.reading() as connection:
        pending = pending_keys(connection, max(settings.batch_sessions, PEEKED))
        if not (pending or build_due(connection) or _warehouse_lost(settings, state, now) or _publication_moved(settings)):
            return None
        unbuilt = unbuilt_documents(connection)
    found, pending = len(pending), _hot_first(settings, state, pending)[: settings.batch_sessions]
    today = now.astimezone(UTC).date()
    days = [row.day for row in pending if row.day and FIRST_DAY <= row.day <= today]
    partition = max(first_day, max(days, default=today))
    builds = found == len(pending) or unbuilt + len(pending) >= BUILD_FROM or _readers_waited(settings, now)
    return BatchPlan([row.store_key for row in pending], partition, [r.session_id for r in pending if r.session_id], builds)


def _readers_waited(settings: Settings, now: datetime) -> bool:
    manifest = read_manifest(settings.published_dir)
    return manifest is None or manifest.published_at is None or now - manifest.published_at >= BUILD_EVERY


def _hot_first(settings: Settings, state: StateDatabase, pending: list[PendingDocument]) -> list[PendingDocument]:
    """Return the documents of a burst with those that look hot first; a few of them alone, so that they are done in seconds.

    Each is looked into once, however long it waits.
    """
    if len(pending) <= BURST:
        return pending
    unseen = [row.store_key for row in pending if row.hot is None and row.size_bytes <= LARGEST_PEEKED]
    found = set(hot_keys(Store(settings.store_uri), unseen))
    if unseen:
        with state.writing() as connection:
            record_heat(connection, unseen, found)
    hot = found | {row.store_key for row in pending if row.hot}
    first = [row for row in pending if row.store_key in hot]
    return first if 0 < len(first) <= FIRST else [*first, *(row for row in pending if row.store_key not in hot)]


def _warehouse_lost(settings: Settings, state: StateDatabase, now: datetime) -> bool:
    """Return whether documents were analysed but the warehouse file is missing."""
    return not settings.warehouse_path.exists() and reconcile(state, now).analysed > 0


def _publication_moved(settings: Settings) -> bool:
    """Return whether the published folder lies elsewhere than its files say, so that it has to be published again."""
    manifest = read_manifest(settings.published_dir)
    return manifest is not None and manifest.root != str(settings.published_dir.absolute())
