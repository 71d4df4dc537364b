"""Ping an address outside after each evaluation: what waits for it tells somebody when it stays out, because nothing here can."""

from __future__ import annotations

import logging
from urllib.request import urlopen

from pydantic import SecretStr

log = logging.getLogger(__name__)

ANSWER_SECONDS = 3.0
"""Longest wait for the answer: the next evaluation pings again two minutes later."""


def ping(url: SecretStr | None) -> None:
    """Ask for the address, if there is one. It is never logged, since who knows it can keep the alarm quiet: httpx would log it."""
    if url is None:
        return
    try:
        urlopen(url.get_secret_value(), timeout=ANSWER_SECONDS).close()  # noqa: S310 - the operator sets the address
    except (OSError, ValueError) as error:
        log.warning("The dead-man ping was not taken: %s.", type(error).__name__)
