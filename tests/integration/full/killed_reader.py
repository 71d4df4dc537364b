"""One round of the queue's reader in a process of its own, which kills itself after one of its steps."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from typing import Any

from contract.platform.settings import Settings
from orchestration.intake import queue_messages
from orchestration.intake.session_queue import SessionQueue
from orchestration.resources import Platform

STEPS = ("receive", "land", "row", "delete")


def read_and_die(settings: Settings, variables: Mapping[str, str], step: str, number: int) -> None:
    """Die after ``receive``, after the document ``number`` landed, after the rows, or after ``number`` messages were deleted."""
    os.environ.update(variables)
    landed: list[object] = []
    receive, land, enter, delete = (
        SessionQueue.receive,
        queue_messages._landed,  # pyright: ignore[reportPrivateUsage]
        queue_messages._enter,  # pyright: ignore[reportPrivateUsage]
        SessionQueue.delete,
    )

    def receive_and_die(*given: Any) -> Any:
        found = receive(*given)
        _die() if found else None
        return found

    def land_and_die(*given: Any, **named: Any) -> Any:
        found = land(*given, **named)
        landed.append(found)
        _die() if len(landed) == number else None
        return found

    def enter_and_die(*given: Any) -> None:
        enter(*given)
        _die()

    def delete_and_die(queue: SessionQueue, done: Any) -> None:
        delete(queue, done[:number])
        _die()

    setattr(
        *{
            "receive": (SessionQueue, "receive", receive_and_die),
            "land": (queue_messages, "_landed", land_and_die),
            "row": (queue_messages, "_enter", enter_and_die),
            "delete": (SessionQueue, "delete", delete_and_die),
        }[step]
    )
    platform = Platform(settings)
    assert platform.queue
    queue_messages.take_in(platform.queue, platform.store, platform.state, platform.now())


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
