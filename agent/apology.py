"""When a model fails for a reply, the caller hears so instead of silence."""

from __future__ import annotations

import logging
from typing import Any

from livekit.agents import AgentSession, ErrorEvent

from agent.call import Call
from agent.phrases import phrases

log = logging.getLogger(__name__)


def apologise_on_errors(session: AgentSession[Call]) -> None:
    """LiveKit retries what can be retried and closes the session after several failures in a row; between the two the caller is
    told. A failing voice cannot say so: those calls are silent until the voice is back or the session closes.
    """

    def on_error(event: ErrorEvent) -> None:
        error: Any = event.error
        if getattr(error, "recoverable", True) or getattr(error, "type", "") == "tts_error":
            return
        try:
            session.say(phrases().trouble)
        except RuntimeError:
            log.info("%s: closing, no apology", session.userdata.session_id)

    session.on("error", on_error)
