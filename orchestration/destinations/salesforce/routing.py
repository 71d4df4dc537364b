"""Route leads to owners: territory by location, account executives for teams of five or more, round robin (spec 4.6, 4.7).

The owner of each lead is stored in the operational database, so a restart, a replay or another call of the lead changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection, select

from contract.platform.batching import batches
from contract.reference import ReferenceTable
from orchestration.state.counters import counter, set_counter
from orchestration.state.database import StateDatabase, upsert
from orchestration.state.tables import ROUTED_LEADS

_KEYS = 500  # keys in one statement: SQLite takes 32,766 bound values


class Territory(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    places: list[str]
    account_executives: list[str]
    inside_sales: list[str]
    queue: str


class Territories(ReferenceTable):
    """The content of ``data/territories.yml``; the last territory takes every location that no other matches."""

    file: ClassVar[str] = "territories.yml"
    enterprise_team_size: int
    territories: list[Territory] = Field(min_length=1)
    solution_engineers: list[str]

    def territory_of(self, location: str | None) -> Territory:
        words = f" {' '.join(re.findall(r'[a-z]+', (location or '').lower()))} "
        found = (t for t in self.territories if any(f" {place.lower()} " in words for place in t.places))
        return next(found, self.territories[-1])

    @property
    def colleagues(self) -> list[str]:
        owners = (name for t in self.territories for name in (*t.account_executives, *t.inside_sales))
        return sorted({*owners, *self.solution_engineers})

    @property
    def queues(self) -> list[str]:
        return sorted({t.queue for t in self.territories})


@dataclass(frozen=True)
class Colleague:
    """A user of the CRM; ``time_zone`` is the user's own setting."""

    user_id: str
    name: str
    time_zone: str


@dataclass(frozen=True)
class Directory:
    """The CRM's active users by lower-cased user name, and its queues by developer name."""

    users: Mapping[str, Colleague]
    queues: Mapping[str, str]

    def user(self, name: str | None) -> Colleague | None:
        return self.users.get((name or "").lower())


@dataclass(frozen=True)
class Routed:
    """The routing of a lead. ``owner`` is None when no colleague of the team is active: the queue takes the task."""

    owner: Colleague | None
    queue_id: str | None
    solution_engineer: str | None


class _Undo(Exception):
    pass


@dataclass(frozen=True)
class Lead:
    lead_key: str
    location: str | None
    team_size: int | None
    needs_integration: bool


def route(
    state: StateDatabase, territories: Territories, directory: Directory, leads: Sequence[Lead], *, remember: bool = True
) -> dict[str, Routed]:
    """Return the routing by lead key, in the order of the leads; without ``remember`` it is not stored (a dry run)."""
    routed: dict[str, Routed] = {}
    try:
        with state.writing() as connection:
            turns = _Turns(connection, [key for lead in leads for key in (lead.lead_key, _engineer_key(lead))])
            for lead in leads:
                routed[lead.lead_key] = _route(turns, territories, directory, lead)
            turns.save()
            if not remember:
                raise _Undo
    except _Undo:
        pass
    return routed


class _Turns:
    """The owners chosen so far and the next owner of each team: read once and written once, so that a lead takes no statement."""

    def __init__(self, connection: Connection, keys: Sequence[str]) -> None:
        self._connection = connection
        c = ROUTED_LEADS.c
        self._chosen: dict[str, tuple[str, str]] = {}
        for some in batches(keys, _KEYS):
            query = select(c.lead_key, c.team, c.owner).where(c.lead_key.in_(some))
            self._chosen |= {key: (team, owner) for key, team, owner in connection.execute(query)}
        self._new: dict[str, tuple[str, str]] = {}
        self._counters: dict[str, int] = {}

    def take(self, key: str, team: str, names: Sequence[str], directory: Directory) -> Colleague | None:
        """Return the colleague chosen before if still active and on the team, else the next active one of the team."""
        former_team, former_owner = self._chosen.get(key, ("", ""))
        if former_team == team and former_owner in names and directory.user(former_owner):
            return directory.user(former_owner)
        present = [name for name in names if directory.user(name)]
        if not present:
            return None
        owner = present[(self._next(team) - 1) % len(present)]
        self._chosen[key] = self._new[key] = (team, owner)
        return directory.user(owner)

    def save(self) -> None:
        for team, value in self._counters.items():
            set_counter(self._connection, f"turn {team}", value)
        rows = [{"lead_key": key, "team": team, "owner": owner} for key, (team, owner) in self._new.items()]
        upsert(self._connection, ROUTED_LEADS, rows)

    def _next(self, team: str) -> int:
        if team not in self._counters:
            self._counters[team] = counter(self._connection, f"turn {team}")
        self._counters[team] += 1
        return self._counters[team]


def _route(turns: _Turns, territories: Territories, directory: Directory, lead: Lead) -> Routed:
    territory = territories.territory_of(lead.location)
    enterprise = (lead.team_size or 0) >= territories.enterprise_team_size
    names = territory.account_executives if enterprise else territory.inside_sales
    owner = turns.take(lead.lead_key, f"{territory.name}/{'enterprise' if enterprise else 'inside'}", names, directory)
    engineer = None
    if lead.needs_integration:
        colleague = turns.take(_engineer_key(lead), "solution engineers", territories.solution_engineers, directory)
        engineer = colleague.name if colleague else None
    return Routed(owner, directory.queues.get(territory.queue), engineer)


def _engineer_key(lead: Lead) -> str:
    return f"{lead.lead_key}/engineer"
