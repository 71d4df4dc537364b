"""PostgreSQL as a follower of the publication."""

from __future__ import annotations

from datetime import date
from typing import Any

from orchestration.resources import Platform


def serve_published(platform: Platform, day: date | None) -> dict[str, Any]:
    """Bring PostgreSQL up to the published version in one transaction, so that its readers never see it half done."""
    from orchestration.postgres.serve import serve

    served = serve(platform.settings)
    return {"version": served.version, "rows": served.rows, "sessions": served.sessions, "reloaded": served.reloaded}


def missing_postgres(platform: Platform) -> str | None:
    """The variable that must be set before PostgreSQL can be served; None when it is."""
    return "VOICE_SERVING_URL" if platform.settings.serving_url is None else None
