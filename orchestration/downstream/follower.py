"""Define a follower, something outside the warehouse that is kept up to date with it, and decide when it is due.

A follower is due when what it follows has another version than the one it handled last, or when it has unfinished work
(items that wait for a retry, a file that was removed). The version handled last is stored in the state database, so a restart
repeats at most one run, and every run is harmless to repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from contract.platform.settings import Settings
from orchestration.resources import Platform
from orchestration.state.builds import latest_change
from orchestration.state.followers import handled_version, record_version
from orchestration.warehouse.manifest import read_manifest

Follows = Literal["publication", "state", "clock", "due"]
"""``due``: it follows nothing, and is due whenever its own ``unfinished`` says so."""
Metadata = Mapping[str, Any]


def _always(platform: Platform) -> str | None:
    return None


def _nothing_unfinished(platform: Platform, day: date | None) -> bool:
    return False


@dataclass(frozen=True)
class Follower:
    """One line of the table; everything Dagster and ``voice run`` need is derived from it.

    ``name`` is the asset's; ``job`` runs it by ``cron``. ``run`` does the work and returns figures for the asset; it raises a
    ``VoiceError`` when it cannot. A ``per_day`` follower works on one business day, the last complete one by its schedule.
    """

    name: str
    job: str
    description: str
    cron: str
    follows: Follows
    run: Callable[[Platform, date | None], Metadata]
    missing_setting: Callable[[Platform], str | None] = _always
    """Return the variable that must be set before it can run; None when it is configured."""
    unfinished: Callable[[Platform, date | None], bool] = _nothing_unfinished
    per_day: bool = False
    at_least_hourly: bool = False
    """Run at each full hour even when nothing is known to be due, to detect changes made at the vendor."""
    best_effort: bool = False
    """Whether ``voice run`` continues when it fails, because a vendor may be unavailable."""
    group: str = "publishing"
    kinds: frozenset[str] = frozenset({"python"})
    pool: str | None = None
    stale_after: timedelta | None = None
    """Age from which Dagster shows the asset as stale; None when it may rightly stay unchanged for any time."""


def is_due(follower: Follower, platform: Platform, day: date | None = None) -> bool:
    """Return whether the follower has something to do; never before what it follows exists, nor without its settings."""
    if follower.missing_setting(platform):
        return False
    if follower.follows == "due":
        return follower.unfinished(platform, day)
    version = followed_version(follower, platform, day)
    if version is None:
        return False
    if follower.unfinished(platform, day):
        return True
    with platform.state.reading() as connection:
        return handled_version(connection, follower.name) != version


def run_follower(follower: Follower, platform: Platform, day: date | None = None) -> Metadata:
    """Run the follower and record the version it handled: the one before it began, so that a newer one is due again.

    A failure of its ``run`` is passed on, and no version is recorded.
    """
    version = followed_version(follower, platform, day)
    metadata = follower.run(platform, day)
    if version is not None:
        with platform.state.writing() as connection:
            record_version(connection, follower.name, version, platform.now())
    return metadata


def followed_version(follower: Follower, platform: Platform, day: date | None) -> str | None:
    """Return the version of what is followed; None while there is none. By the clock each tick is a new version."""
    if follower.follows == "due":
        return None
    if follower.follows == "clock":
        return platform.now().isoformat()
    if follower.follows == "state":
        with platform.state.reading() as connection:
            return str(latest_change(connection))
    manifest = read_manifest(platform.settings.published_dir)
    if manifest is None:
        return None
    return f"{day} {manifest.content_hash}" if day else manifest.content_hash


def last_complete_day(now: datetime, settings: Settings) -> date:
    """Return yesterday in the business time zone."""
    return (now.astimezone(settings.business_zone) - timedelta(days=1)).date()
