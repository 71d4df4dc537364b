"""Limit the spending of paid engines; every run and process shares the budget through the operational database.

A reservation counts from the moment it is made, so two processes cannot both take the rest of a minute or a day. Rows older
than the window are pruned once settled, others after a week; an unsettled reservation stays in its day's total.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, delete, insert, select, update

from analyzers.language.openai_engine.budget import Need, SpendingLimits, Wait
from analyzers.language.openai_engine.failures import CeilingReached
from contract.platform.times import real_time
from orchestration.state.database import Columns, StateDatabase, upsert
from orchestration.state.tables import ENGINE_DAYS, ENGINE_REQUESTS

WINDOW = timedelta(seconds=60)  # vendors' limits are by the minute
KEPT = timedelta(days=7)  # unsettled requests are kept: their process died, and a week is enough to investigate
SHORTEST_WAIT = 0.05  # seconds: prevents a busy loop when the window frees a place at once


class StateBudget:
    """Implement ``Budget`` over ``state.db``: one short writing transaction for each reservation and each settlement."""

    def __init__(self, state: StateDatabase, limits: SpendingLimits, clock: Callable[[], datetime] = real_time) -> None:
        self._state, self._limits, self._clock = state, limits, clock

    def reserve(self, need: Need) -> int | Wait:
        """Reserve requests, tokens and US dollars: return the reservation's id, or how long to wait for the minute's limits.

        Raises ``CeilingReached`` when today's total with this one passes the ceiling; a reservation of no requests never waits.
        """
        now = self._clock()
        with self._state.writing() as connection:
            if _total(connection, now.date()) + need.cost_usd > self._limits.daily_usd:
                raise CeilingReached(self._limits.daily_usd)
            if need.requests and (wait := self._wait(connection, need, now)) is not None:
                return wait
            _prune(connection, now)
            return _enter(connection, need, now)

    def settle(self, reservation: int, tokens: int, cost_usd: float) -> None:
        """Replace the reserved tokens and US dollars by the real ones; a second settlement changes nothing."""
        r = ENGINE_REQUESTS.c
        with self._state.writing() as connection:
            row = connection.execute(select(r.day, r.tokens, r.cost_usd).where(r.id == reservation, ~r.settled)).one_or_none()
            if row is None:
                return
            taken = {"tokens": tokens, "cost_usd": cost_usd, "settled": True}
            connection.execute(update(ENGINE_REQUESTS).where(r.id == reservation).values(taken))
            _add(connection, row.day, 0, tokens - row.tokens, cost_usd - row.cost_usd)

    def spent_on(self, day: date) -> float:
        """Return the US dollars spent and reserved on a UTC day."""
        with self._state.reading() as connection:
            return _total(connection, day)

    def _wait(self, connection: Connection, need: Need, now: datetime) -> Wait | None:
        """Return the wait until enough of the oldest requests have left the window; None when the request fits now."""
        r = ENGINE_REQUESTS.c
        recent = select(r.reserved_at, r.requests, r.tokens).where(r.reserved_at > now - WINDOW, r.requests > 0)
        rows = connection.execute(recent.order_by(r.reserved_at)).all()
        requests, tokens = sum(row.requests for row in rows), sum(row.tokens for row in rows)
        moment: datetime | None = None
        for row in rows:
            if (
                requests + need.requests <= self._limits.requests_per_minute
                and tokens + need.tokens <= self._limits.tokens_per_minute
            ):
                break
            requests, tokens, moment = requests - row.requests, tokens - row.tokens, row.reserved_at + WINDOW
        return None if moment is None else Wait(max(SHORTEST_WAIT, (moment - now).total_seconds()))


def _total(connection: Connection, day: date) -> float:
    return connection.execute(select(ENGINE_DAYS.c.cost_usd).where(ENGINE_DAYS.c.day == day)).scalar_one_or_none() or 0.0


def _enter(connection: Connection, need: Need, now: datetime) -> int:
    row = {"requests": need.requests, "tokens": need.tokens, "cost_usd": need.cost_usd}
    entry = insert(ENGINE_REQUESTS).values(row | {"day": now.date(), "reserved_at": now, "settled": False})
    number = connection.execute(entry.returning(ENGINE_REQUESTS.c.id)).scalar_one()
    _add(connection, now.date(), need.requests, need.tokens, need.cost_usd)
    return number


def _add(connection: Connection, day: date, requests: int, tokens: int, cost_usd: float) -> None:
    row = {"day": day, "requests": requests, "tokens": tokens, "cost_usd": cost_usd}
    upsert(connection, ENGINE_DAYS, [row], _grown)


def _grown(new: Columns, old: Columns) -> dict[str, Any]:
    """Return the sums of a day; a difference in US dollars may be negative, a sum is not."""
    cost = old.cost_usd + new.cost_usd
    sums = {name: old[name] + new[name] for name in ("requests", "tokens")}
    return {**sums, "cost_usd": case((cost > 0, cost), else_=0.0)}


def _prune(connection: Connection, now: datetime) -> None:
    r = ENGINE_REQUESTS.c
    gone = ((r.reserved_at <= now - WINDOW) & r.settled) | (r.reserved_at <= now - KEPT)
    connection.execute(delete(ENGINE_REQUESTS).where(gone))
