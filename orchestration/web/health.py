"""Answer whether the service can do its work: 200 only when the state opens and what is published can be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import duckdb
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from contract.platform.failures import ConfigurationFailure, VoiceError
from orchestration.resources import Platform
from orchestration.state.tables import COUNTERS
from orchestration.warehouse.reader import open_published
from orchestration.web.service import service_of

HealthReason = Literal["state_unavailable", "nothing_published", "published_unreadable"]


def healthz(request: Request) -> Response:
    """Return each part with ``ok`` or its typed reason; 503 when one of them is not ok. Nothing in it is personal."""
    reasons = health(service_of(request).platform)
    parts = {part: "ok" if reason is None else reason for part, reason in reasons.items()}
    healthy = not any(reasons.values())
    return JSONResponse({"status": "ok" if healthy else "unavailable", "parts": parts}, 200 if healthy else 503)


def health(platform: Platform) -> dict[str, HealthReason | None]:
    """Return what is wrong with each part, None where nothing is."""
    checks: dict[str, Callable[[Platform], HealthReason | None]] = {"state": _state, "published": _published}
    return {part: check(platform) for part, check in checks.items()}


def _state(platform: Platform) -> HealthReason | None:
    try:
        with platform.state.reading() as connection:
            connection.execute(select(COUNTERS.c.name).limit(1)).all()
    except (VoiceError, SQLAlchemyError, OSError):
        platform.close()  # it is opened again by the next request
        return "state_unavailable"
    return None


def _published(platform: Platform) -> HealthReason | None:
    try:
        with open_published(platform.settings) as connection:
            connection.execute("select session_id from sessions limit 1").fetchall()
    except ConfigurationFailure:
        return "nothing_published"
    except (VoiceError, duckdb.Error, OSError, ValueError):
        return "published_unreadable"
    return None
